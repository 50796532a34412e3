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
    ("POST", "/api/v1/whatsapp/retomar", Cliente),
    ("GET", "/api/v1/avisos", Cliente),
    ("GET", "/api/v1/uso", Cliente),
    ("GET", "/api/v1/conversas", Cliente),
    ("GET", "/api/v1/conversas/{id}", Cliente),
    ("POST", "/api/v1/conversas/{id}/mensagens", Cliente),
    ("POST", "/api/v1/conversas/{id}/assumir", Cliente),
    ("POST", "/api/v1/conversas/{id}/devolver", Cliente),
    ("POST", "/api/v1/conversas/{id}/lida", Cliente),
    ("GET", "/api/v1/config", Cliente),
    ("PUT", "/api/v1/config", Cliente),
    ("GET", "/api/v1/contatos/{id}/exportar", Cliente),
    ("DELETE", "/api/v1/contatos/{id}", Cliente),
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
    ("POST", "/_fn/whatsapp/retomar", Cliente),
    ("POST", "/_fn/avisos/list", Cliente),
    ("POST", "/_fn/conversas/list", Cliente),
    ("POST", "/_fn/conversas/get", Cliente),
    ("POST", "/_fn/conversas/enviar", Cliente),
    ("POST", "/_fn/conversas/assumir", Cliente),
    ("POST", "/_fn/conversas/devolver", Cliente),
    ("POST", "/_fn/conversas/lida", Cliente),
];

/// Who may call this operation; `None` if it is not in the table.
pub fn access(method: &str, path: &str) -> Option<Access> {
    OPERATIONS.iter().find(|(m, p, _)| *m == method && *p == path).map(|(_, _, access)| *access)
}
