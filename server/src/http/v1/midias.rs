//! Files that came with messages.

use axum::body::Body;
use axum::extract::{Extension, Request};
use axum::http::{HeaderValue, Response, header};
use contracts::conversas::MidiaDto;
use contracts::{ApiError, ErrorCode, MidiaId, TipoConteudo};
use services::{Ctx, midia};
use tower::ServiceExt;
use tower_http::services::ServeFile;

use crate::http::error::{Id, Refusal};

/// What a browser may show in its own right. Everything else is saved, under a type that means nothing.
const SHOWN: [&str; 15] = [
    "audio/aac",
    "audio/amr",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/wav",
    "audio/webm",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/3gpp",
    "video/mp4",
    "video/ogg",
    "video/webm",
];
/// Saved, but under its own type.
const SAVED: [&str; 1] = ["application/pdf"];
/// Opened by itself it may show its picture or film, and nothing else: no script, no form, no frame.
const POLICY: &str = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/// The file, or the asked part of it. Takes the header `Range`.
#[utoipa::path(get, path = "/api/v1/midias/{id}", tag = "conversas", params(("id" = uuid::Uuid, Path)), responses(
    (status = 200, description = "O arquivo", content_type = "application/octet-stream"), (status = 206, description = "Uma parte do arquivo"),
    (status = 401, body = ApiError), (status = 404, body = ApiError)))]
pub async fn get(
    Extension(ctx): Extension<Ctx>,
    Id(id): Id<MidiaId>,
    request: Request,
) -> Result<Response<Body>, Refusal> {
    let (dto, path) = midia::open(&ctx, id).await.map_err(|e| Refusal(e.to_api(&ctx)))?;
    let Ok(served) = ServeFile::new(path).oneshot(request).await;
    let mut response = served.map(Body::new);
    if response.status() == axum::http::StatusCode::NOT_FOUND {
        tracing::error!(midia_id = %id, "a stored file is missing");
        return Err(Refusal(ApiError {
            request_id: Some(ctx.request_id.clone()),
            ..ApiError::new(ErrorCode::NotFound)
        }));
    }
    let headers = response.headers_mut();
    let (kind, shown) = kind(&dto);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // Asked for again each time, since it may have been erased; unchanged, it is not sent again.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(value) = HeaderValue::try_from(disposition(&dto, shown)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// The type to say, and whether the browser may show it. A document is always saved, whatever it calls itself.
fn kind(dto: &MidiaDto) -> (&'static str, bool) {
    let given = dto.mimetype.as_deref().unwrap_or_default();
    let given = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let find = |list: &[&'static str]| list.iter().find(|known| **known == given).copied();
    if dto.tipo != TipoConteudo::Documento
        && let Some(kind) = find(&SHOWN)
    {
        return (kind, true);
    }
    (find(&SAVED).unwrap_or("application/octet-stream"), false)
}

/// RFC 6266; the name is the sender's, so it is encoded whole.
fn disposition(dto: &MidiaDto, shown: bool) -> String {
    let how = if shown { "inline" } else { "attachment" };
    let own = format!("{}-{}", dto.tipo.as_str().to_lowercase(), dto.id);
    // A path in a name would be the sender choosing where it is saved.
    let name = dto.nome.as_deref().map(|n| n.rsplit(['/', '\\']).next().unwrap_or(n).trim()).filter(|n| !n.is_empty());
    let encoded: String = name
        .unwrap_or(&own)
        .bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(b).to_string(),
            _ => format!("%{b:02X}"),
        })
        .collect();
    format!("{how}; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::EstadoMidia;

    fn file(tipo: TipoConteudo, mimetype: &str, nome: Option<&str>) -> MidiaDto {
        MidiaDto {
            id: MidiaId(uuid::Uuid::nil()),
            tipo,
            estado: EstadoMidia::Guardada,
            mimetype: Some(mimetype.to_owned()),
            nome: nome.map(str::to_owned),
            bytes: None,
            segundos: None,
            url: None,
        }
    }

    #[test]
    fn only_what_is_harmless_is_shown_and_never_a_document() {
        for (tipo, mimetype, expected) in [
            (TipoConteudo::Audio, "audio/ogg; codecs=opus", ("audio/ogg", true)),
            (TipoConteudo::Imagem, "IMAGE/JPEG", ("image/jpeg", true)),
            (TipoConteudo::Imagem, "image/svg+xml", ("application/octet-stream", false)),
            (TipoConteudo::Imagem, "text/html", ("application/octet-stream", false)),
            (TipoConteudo::Documento, "image/png", ("application/octet-stream", false)),
            (TipoConteudo::Documento, "application/pdf", ("application/pdf", false)),
            (TipoConteudo::Documento, "text/html\r\nx: y", ("application/octet-stream", false)),
        ] {
            assert_eq!(kind(&file(tipo, mimetype, None)), expected, "{mimetype}");
        }
    }

    #[test]
    fn a_name_cannot_leave_its_header_or_its_directory() {
        let name = |nome| disposition(&file(TipoConteudo::Documento, "application/pdf", nome), false);
        assert_eq!(name(Some("preço 1.pdf")), "attachment; filename*=UTF-8''pre%C3%A7o%201.pdf");
        assert_eq!(name(Some("../../etc/x\"\r\ny: z")), "attachment; filename*=UTF-8''x%22%0D%0Ay%3A%20z");
        assert_eq!(name(None), "attachment; filename*=UTF-8''documento-00000000-0000-0000-0000-000000000000");
    }
}
