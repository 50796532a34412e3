//! Who may call what: every REST operation and every server function, once. A missing one is refused at run time and
//! fails the tests, which try each entry as each kind of caller.

use Access::{Admin, Cliente, Public};

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// A cliente, in its own rows.
    Cliente,
    /// Who runs the SaaS.
    Admin,
}

/// Method, path as routed, and who may call it.
pub const OPERATIONS: &[(&str, &str, Access)] = &[
    ("POST", "/api/v1/auth/login", Public),
    ("POST", "/api/v1/auth/logout", Cliente),
    ("POST", "/api/v1/auth/esqueci-senha", Public),
    ("POST", "/api/v1/auth/link", Public),
    ("POST", "/api/v1/auth/nova-senha", Public),
    ("GET", "/api/me", Cliente),
    ("GET", "/api/v1/me", Cliente),
    ("PUT", "/api/v1/me", Cliente),
    ("PUT", "/api/v1/me/senha", Cliente),
    ("GET", "/api/v1/me/sessoes", Cliente),
    ("POST", "/api/v1/me/sessoes/encerrar-outras", Cliente),
    ("DELETE", "/api/v1/me/sessoes/{id}", Cliente),
    ("GET", "/api/v1/me/exportar", Cliente),
    ("POST", "/api/v1/me/encerrar", Cliente),
    ("POST", "/api/v1/me/reabrir", Cliente),
    ("POST", "/api/v1/admin/auth/login", Public),
    ("POST", "/api/v1/admin/auth/logout", Admin),
    ("GET", "/api/v1/admin/auth/me", Admin),
    ("GET", "/api/v1/admin/emails", Admin),
    ("GET", "/api/v1/knowledge", Cliente),
    ("PUT", "/api/v1/knowledge", Cliente),
    ("GET", "/api/v1/knowledge/search", Cliente),
    ("POST", "/api/v1/knowledge/importar", Cliente),
    ("POST", "/api/v1/knowledge/importar/pagina", Cliente),
    ("POST", "/api/v1/knowledge/acrescentar", Cliente),
    ("GET", "/api/v1/knowledge/versoes", Cliente),
    ("GET", "/api/v1/knowledge/versoes/{versao}", Cliente),
    ("POST", "/api/v1/knowledge/versoes/{versao}/restaurar", Cliente),
    ("GET", "/api/v1/knowledge/rascunho", Cliente),
    ("PUT", "/api/v1/knowledge/rascunho", Cliente),
    ("DELETE", "/api/v1/knowledge/rascunho", Cliente),
    ("GET", "/api/v1/perguntas", Cliente),
    ("POST", "/api/v1/perguntas/{id}/ensinar", Cliente),
    ("POST", "/api/v1/perguntas/{id}/dispensar", Cliente),
    ("POST", "/api/v1/perguntas/{id}/reabrir", Cliente),
    ("POST", "/api/v1/perguntas/{id}/marcar", Cliente),
    ("GET", "/api/v1/whatsapp/status", Cliente),
    ("GET", "/api/v1/whatsapp/qrcode", Cliente),
    ("POST", "/api/v1/whatsapp/instance", Cliente),
    ("DELETE", "/api/v1/whatsapp/instance", Cliente),
    ("POST", "/api/v1/whatsapp/pareamento", Cliente),
    ("GET", "/api/v1/whatsapp/historico", Cliente),
    ("POST", "/api/v1/whatsapp/retomar", Cliente),
    ("GET", "/api/v1/avisos", Cliente),
    ("GET", "/api/v1/uso", Cliente),
    ("GET", "/api/v1/metricas", Cliente),
    ("GET", "/api/v1/primeiros-passos", Cliente),
    ("PUT", "/api/v1/primeiros-passos", Cliente),
    ("GET", "/api/v1/prontidao", Cliente),
    ("PUT", "/api/v1/prontidao/ramo", Cliente),
    ("PUT", "/api/v1/prontidao/perguntas/{chave}", Cliente),
    ("POST", "/api/v1/prontidao/perguntas/{chave}/resposta", Cliente),
    ("GET", "/api/v1/conversas", Cliente),
    ("GET", "/api/v1/conversas/{id}", Cliente),
    ("POST", "/api/v1/conversas/{id}/mensagens", Cliente),
    ("POST", "/api/v1/conversas/{id}/assumir", Cliente),
    ("POST", "/api/v1/conversas/{id}/devolver", Cliente),
    ("POST", "/api/v1/conversas/{id}/lida", Cliente),
    ("POST", "/api/v1/conversas/{id}/nao-lida", Cliente),
    ("POST", "/api/v1/conversas/{id}/resolver", Cliente),
    ("POST", "/api/v1/conversas/{id}/reabrir", Cliente),
    ("POST", "/api/v1/conversas/{id}/notas", Cliente),
    ("DELETE", "/api/v1/conversas/{id}/notas/{mensagem_id}", Cliente),
    ("POST", "/api/v1/conversas/{id}/mensagens/{mensagem_id}/reenviar", Cliente),
    ("POST", "/api/v1/conversas/{id}/anexos", Cliente),
    ("GET", "/api/v1/respostas-prontas", Cliente),
    ("POST", "/api/v1/respostas-prontas", Cliente),
    ("PUT", "/api/v1/respostas-prontas/{id}", Cliente),
    ("DELETE", "/api/v1/respostas-prontas/{id}", Cliente),
    ("GET", "/api/v1/config", Cliente),
    ("PUT", "/api/v1/config", Cliente),
    ("GET", "/api/v1/contatos/{id}/exportar", Cliente),
    ("DELETE", "/api/v1/contatos/{id}", Cliente),
    ("GET", "/api/v1/contatos/{id}", Cliente),
    ("PUT", "/api/v1/contatos/{id}/anotacoes", Cliente),
    ("GET", "/api/v1/midias/{id}", Cliente),
    ("GET", "/api/v1/planos", Public),
    ("POST", "/api/v1/checkout", Public),
    ("GET", "/api/v1/checkout/{id}", Public),
    ("POST", "/api/v1/checkout/{id}/retomar", Public),
    ("GET", "/api/v1/assinatura", Cliente),
    ("GET", "/api/v1/assinatura/consumo", Cliente),
    ("GET", "/api/v1/assinatura/faturas", Cliente),
    ("POST", "/api/v1/assinatura/portal", Cliente),
    ("GET", "/api/v1/admin/eventos-stripe", Admin),
    ("POST", "/api/v1/admin/eventos-stripe/{id}/reprocessar", Admin),
    ("GET", "/api/v1/eventos", Cliente),
    ("POST", "/api/v1/relatos", Public),
    ("GET", "/api/v1/openapi.json", Public),
    ("POST", "/_fn/auth/login", Public),
    ("POST", "/_fn/auth/logout", Cliente),
    ("POST", "/_fn/auth/me", Cliente),
    ("POST", "/_fn/auth/trocar-senha", Cliente),
    ("POST", "/_fn/auth/primeira-senha", Cliente),
    ("POST", "/_fn/auth/esqueci-senha", Public),
    ("POST", "/_fn/auth/nova-senha", Public),
    ("POST", "/_fn/perfil/dados", Cliente),
    ("POST", "/_fn/perfil/idioma", Cliente),
    ("POST", "/_fn/perfil/avisos", Cliente),
    ("POST", "/_fn/perfil/sessoes", Cliente),
    ("POST", "/_fn/perfil/sair-deste", Cliente),
    ("POST", "/_fn/perfil/sair-dos-outros", Cliente),
    ("POST", "/_fn/perfil/encerrar", Cliente),
    ("POST", "/_fn/perfil/reabrir", Cliente),
    ("POST", "/_fn/assinatura/get", Cliente),
    ("POST", "/_fn/assinatura/consumo", Cliente),
    ("POST", "/_fn/assinatura/faturas", Cliente),
    ("POST", "/_fn/config/get", Cliente),
    ("POST", "/_fn/config/put", Cliente),
    ("POST", "/_fn/config/salvar", Cliente),
    ("POST", "/_fn/config/gasto", Cliente),
    ("POST", "/_fn/admin/login", Public),
    ("POST", "/_fn/admin/logout", Admin),
    ("POST", "/_fn/admin/me", Admin),
    ("POST", "/_fn/knowledge/get", Cliente),
    ("POST", "/_fn/knowledge/put", Cliente),
    ("POST", "/_fn/knowledge/search", Cliente),
    ("POST", "/_fn/knowledge/importar-pagina", Cliente),
    ("POST", "/_fn/knowledge/acrescentar", Cliente),
    ("POST", "/_fn/knowledge/versoes", Cliente),
    ("POST", "/_fn/knowledge/versao", Cliente),
    ("POST", "/_fn/knowledge/restaurar", Cliente),
    ("POST", "/_fn/knowledge/rascunho", Cliente),
    ("POST", "/_fn/knowledge/rascunho-guardar", Cliente),
    ("POST", "/_fn/knowledge/rascunho-descartar", Cliente),
    ("POST", "/_fn/perguntas/list", Cliente),
    ("POST", "/_fn/perguntas/ensinar", Cliente),
    ("POST", "/_fn/perguntas/mudar", Cliente),
    ("POST", "/_fn/whatsapp/status", Cliente),
    ("POST", "/_fn/whatsapp/connect", Cliente),
    ("POST", "/_fn/whatsapp/qrcode", Cliente),
    ("POST", "/_fn/whatsapp/disconnect", Cliente),
    ("POST", "/_fn/whatsapp/parear", Cliente),
    ("POST", "/_fn/whatsapp/historico", Cliente),
    ("POST", "/_fn/whatsapp/retomar", Cliente),
    ("POST", "/_fn/avisos/list", Cliente),
    ("POST", "/_fn/inicio/figuras", Cliente),
    ("POST", "/_fn/inicio/passos", Cliente),
    ("POST", "/_fn/inicio/dispensar", Cliente),
    ("POST", "/_fn/inicio/prontidao", Cliente),
    ("POST", "/_fn/inicio/ramo", Cliente),
    ("POST", "/_fn/inicio/ignorar", Cliente),
    ("POST", "/_fn/inicio/ensinar", Cliente),
    ("POST", "/_fn/conversas/list", Cliente),
    ("POST", "/_fn/conversas/get", Cliente),
    ("POST", "/_fn/conversas/enviar", Cliente),
    ("POST", "/_fn/conversas/assumir", Cliente),
    ("POST", "/_fn/conversas/devolver", Cliente),
    ("POST", "/_fn/conversas/lida", Cliente),
    ("POST", "/_fn/conversas/ate", Cliente),
    ("POST", "/_fn/conversas/nao-lida", Cliente),
    ("POST", "/_fn/conversas/resolver", Cliente),
    ("POST", "/_fn/conversas/reabrir", Cliente),
    ("POST", "/_fn/conversas/nota", Cliente),
    ("POST", "/_fn/conversas/apagar-nota", Cliente),
    ("POST", "/_fn/conversas/reenviar", Cliente),
    ("POST", "/_fn/respostas/list", Cliente),
    ("POST", "/_fn/respostas/criar", Cliente),
    ("POST", "/_fn/respostas/salvar", Cliente),
    ("POST", "/_fn/respostas/apagar", Cliente),
    ("POST", "/_fn/contatos/get", Cliente),
    ("POST", "/_fn/contatos/anotar", Cliente),
    ("POST", "/_fn/contatos/apagar", Cliente),
];

/// Who may call this operation; `None` if it is not in the table.
pub fn access(method: &str, path: &str) -> Option<Access> {
    OPERATIONS.iter().find(|(m, p, _)| *m == method && *p == path).map(|(_, _, access)| *access)
}

/// What a cliente may still do while its assinatura does not hold, besides every REST operation that is a GET: server
/// functions are all POST, so those that only read stand here too. What is not here is refused with `assinatura_suspensa`.
/// A path that ends in `/` stands for all below it.
pub const SEM_ASSINATURA: &[(&str, Porque)] = &[
    ("/api/v1/auth/", Porque::Conta),
    ("/_fn/auth/", Porque::Conta),
    ("/api/v1/me", Porque::Conta),
    ("/api/v1/me/", Porque::Conta),
    ("/_fn/perfil/", Porque::Conta),
    ("/api/v1/assinatura/", Porque::Assinatura),
    ("/_fn/assinatura/", Porque::Assinatura),
    ("/api/v1/contatos/{id}", Porque::Dever),
    ("/_fn/contatos/apagar", Porque::Dever),
    ("/api/v1/whatsapp/instance", Porque::Dever),
    ("/_fn/whatsapp/disconnect", Porque::Dever),
    ("/api/v1/conversas/{id}/lida", Porque::Leitura),
    ("/_fn/conversas/lida", Porque::Leitura),
    ("/_fn/config/get", Porque::Leitura),
    ("/_fn/config/gasto", Porque::Leitura),
    ("/_fn/knowledge/get", Porque::Leitura),
    ("/_fn/knowledge/versoes", Porque::Leitura),
    ("/_fn/knowledge/versao", Porque::Leitura),
    ("/_fn/knowledge/rascunho", Porque::Leitura),
    ("/_fn/perguntas/list", Porque::Leitura),
    ("/_fn/whatsapp/status", Porque::Leitura),
    ("/_fn/whatsapp/qrcode", Porque::Leitura),
    ("/_fn/whatsapp/historico", Porque::Leitura),
    ("/_fn/avisos/list", Porque::Leitura),
    ("/_fn/inicio/figuras", Porque::Leitura),
    ("/_fn/inicio/passos", Porque::Leitura),
    ("/_fn/inicio/prontidao", Porque::Leitura),
    ("/_fn/conversas/list", Porque::Leitura),
    ("/_fn/conversas/get", Porque::Leitura),
    ("/_fn/conversas/ate", Porque::Leitura),
    ("/_fn/respostas/list", Porque::Leitura),
    ("/_fn/contatos/get", Porque::Leitura),
];

/// GETs that cost money and are refused like a change.
const CAROS: &[&str] = &["/api/v1/knowledge/search"];

/// Why a change is allowed without an assinatura.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Porque {
    /// It only reads, or notes that something was read.
    Leitura,
    /// The account itself: its data and senha, its devices, taking everything along, closing it.
    Conta,
    /// How one pays again.
    Assinatura,
    /// The owner's own duty or number: a person's data is erased when that person asks, a phone let go when its owner does.
    Dever,
}

/// Whether an operation of a cliente may go on while the assinatura does not hold.
pub fn sem_assinatura(method: &str, path: &str) -> bool {
    if method == "GET" {
        return !CAROS.contains(&path);
    }
    // The one path of two operations: connecting is not letting go.
    if (method, path) == ("POST", "/api/v1/whatsapp/instance") {
        return false;
    }
    SEM_ASSINATURA.iter().any(|(p, _)| path == *p || p.ends_with('/') && path.starts_with(p))
}
