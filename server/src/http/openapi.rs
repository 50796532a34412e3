//! The REST API and its description. A route exists only by being documented: both come from `routes!`.

use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::catalogue::{Access, access};
use super::{Http, events, v1};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Proseia",
        description = "Atendimento de WhatsApp com IA. Campos e estados seguem docs/glossario.md; erros, docs/errors.md."
    ),
    components(schemas(contracts::ApiError, contracts::ErrorCode))
)]
struct Description;

/// The API's routes and its description.
pub fn router() -> (Router<Http>, utoipa::openapi::OpenApi) {
    let (router, mut api) = OpenApiRouter::with_openapi(Description::openapi())
        .merge(v1::router())
        .routes(routes!(events::get))
        .routes(routes!(description))
        .split_for_parts();
    secure(&mut api);
    (router, api)
}

/// The API's description, OpenAPI 3.1.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "api", responses((status = 200, description = "OpenAPI 3.1")))]
async fn description() -> Json<utoipa::openapi::OpenApi> {
    Json(router().1)
}

/// Says of each operation what the catalogue says: a token, or none.
fn secure(api: &mut utoipa::openapi::OpenApi) {
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build());
    api.components.get_or_insert_default().add_security_scheme("token", bearer);
    for (path, item) in &mut api.paths.paths {
        for (method, operation) in
            [("GET", &mut item.get), ("PUT", &mut item.put), ("POST", &mut item.post), ("DELETE", &mut item.delete)]
        {
            if let Some(operation) =
                operation.as_mut().filter(|_| access(method, path).is_some_and(|a| a != Access::Public))
            {
                operation.security =
                    Some(vec![utoipa::openapi::SecurityRequirement::new("token", Vec::<String>::new())]);
            }
        }
    }
}
