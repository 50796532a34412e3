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
    ("GET", "/api/me", Cliente),
    ("GET", "/api/v1/me", Cliente),
    ("PUT", "/api/v1/me/senha", Cliente),
    ("POST", "/api/v1/admin/auth/login", Public),
    ("POST", "/api/v1/admin/auth/logout", Admin),
    ("GET", "/api/v1/admin/auth/me", Admin),
    ("GET", "/api/v1/knowledge", Cliente),
    ("PUT", "/api/v1/knowledge", Cliente),
    ("GET", "/api/v1/knowledge/search", Cliente),
    ("GET", "/api/v1/whatsapp/status", Cliente),
    ("GET", "/api/v1/whatsapp/qrcode", Cliente),
    ("POST", "/api/v1/whatsapp/instance", Cliente),
    ("DELETE", "/api/v1/whatsapp/instance", Cliente),
    ("POST", "/api/v1/whatsapp/retomar", Cliente),
    ("GET", "/api/v1/avisos", Cliente),
    ("GET", "/api/v1/uso", Cliente),
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
    ("GET", "/api/v1/eventos", Cliente),
    ("GET", "/api/v1/openapi.json", Public),
    ("POST", "/_fn/auth/login", Public),
    ("POST", "/_fn/auth/logout", Cliente),
    ("POST", "/_fn/auth/me", Cliente),
    ("POST", "/_fn/auth/trocar-senha", Cliente),
    ("POST", "/_fn/admin/login", Public),
    ("POST", "/_fn/admin/logout", Admin),
    ("POST", "/_fn/admin/me", Admin),
    ("POST", "/_fn/knowledge/get", Cliente),
    ("POST", "/_fn/knowledge/put", Cliente),
    ("POST", "/_fn/knowledge/search", Cliente),
    ("POST", "/_fn/whatsapp/status", Cliente),
    ("POST", "/_fn/whatsapp/connect", Cliente),
    ("POST", "/_fn/whatsapp/qrcode", Cliente),
    ("POST", "/_fn/whatsapp/disconnect", Cliente),
    ("POST", "/_fn/whatsapp/retomar", Cliente),
    ("POST", "/_fn/avisos/list", Cliente),
    ("POST", "/_fn/conversas/list", Cliente),
    ("POST", "/_fn/conversas/get", Cliente),
    ("POST", "/_fn/conversas/enviar", Cliente),
    ("POST", "/_fn/conversas/assumir", Cliente),
    ("POST", "/_fn/conversas/devolver", Cliente),
    ("POST", "/_fn/conversas/lida", Cliente),
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
