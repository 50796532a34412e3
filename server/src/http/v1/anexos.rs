//! Files that a person sends.

use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{Extension, FromRequest, Request};
use axum::http::StatusCode;
use contracts::conversas::MensagemDto;
use contracts::validate::{ANEXO_MAX, LEGENDA_MAX};
use contracts::{ApiError, ErrorCode, MensagemId};
use services::Ctx;
use services::conversas::{self, Anexo};

use crate::http::error::{Answer, Id, Refusal, answer};

/// The file, its caption of four bytes a character, and what a form puts around them.
pub const BODY_LIMIT: usize = ANEXO_MAX + 4 * LEGENDA_MAX + 16 * 1024;

/// The form of an attachment.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the form; the fields are read one by one")]
pub struct AnexoForm {
    /// Made by the sender; the same id twice sends once. Left out: made here.
    id: Option<uuid::Uuid>,
    /// The words under it, at most 1,024 characters.
    legenda: Option<String>,
    /// At most 16 MB: a picture, a film, sound, PDF, an Office document or text.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    arquivo: String,
}

/// Sends a file. What it is, is found out from its bytes.
#[utoipa::path(post, path = "/api/v1/conversas/{id}/anexos", tag = "conversas", params(("id" = uuid::Uuid, Path)),
    request_body(content = AnexoForm, content_type = "multipart/form-data"), responses(
    (status = 200, body = MensagemDto), (status = 401, body = ApiError), (status = 404, body = ApiError), (status = 409, body = ApiError),
    (status = 413, body = ApiError), (status = 422, body = ApiError)))]
pub async fn enviar(Extension(ctx): Extension<Ctx>, Id(id): Id, request: Request) -> Answer<MensagemDto> {
    let anexo =
        read(request).await.map_err(|error| Refusal(ApiError { request_id: Some(ctx.request_id.clone()), ..error }))?;
    answer(&ctx, Box::pin(conversas::enviar_anexo(&ctx, id, anexo)).await)
}

async fn read(request: Request) -> Result<Anexo, ApiError> {
    let form = Multipart::from_request(request, &()).await;
    let why = |texto: &str| ApiError {
        fields: [("corpo".to_owned(), texto.to_owned())].into(),
        ..ApiError::new(ErrorCode::BadRequest)
    };
    let mut form = form.map_err(|_| why("Envie com Content-Type: multipart/form-data."))?;
    let mut anexo = Anexo::default();
    let mut found = false;
    while let Some(field) = form.next_field().await.map_err(refused)? {
        match field.name() {
            Some("id") => {
                let id = field.text().await.map_err(refused)?.parse();
                anexo.id = Some(MensagemId(id.map_err(|_| ApiError::field("id", "O id não é um UUID."))?));
            }
            Some("legenda") => anexo.legenda = field.text().await.map_err(refused)?,
            Some("arquivo") => {
                anexo.nome = field.file_name().unwrap_or_default().to_owned();
                anexo.conteudo = field.bytes().await.map_err(refused)?.into();
                found = true;
            }
            _ => {}
        }
    }
    if found { Ok(anexo) } else { Err(ApiError::field("arquivo", "Escolha um arquivo para enviar.")) }
}

fn refused(e: MultipartError) -> ApiError {
    if e.status() != StatusCode::PAYLOAD_TOO_LARGE {
        return ApiError::new(ErrorCode::BadRequest);
    }
    let why = "O arquivo passa de 16 MB, o limite do WhatsApp. Envie um menor.";
    ApiError { fields: [("arquivo".to_owned(), why.to_owned())].into(), ..ApiError::new(ErrorCode::TooLarge) }
}
