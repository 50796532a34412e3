//! Text out of a file or a web page, for a preview: nothing is saved. The person decides what becomes of it.

use std::time::Duration;

use contracts::knowledge::{FormatoImportado, ImportadoDto};
use contracts::{ErrorCode, validate};
use extrair::{Extraido, Formato, Motivo};
use integrations::pagina::{self, PaginaError};
use tokio::sync::Semaphore;

use crate::{Ctx, Error, Result};

/// Files that are read at once in this process; each may take a hundred megabytes for a moment.
static VAGAS: Semaphore = Semaphore::const_new(2);
/// How long one waits for the others.
const ESPERA: Duration = Duration::from_secs(20);
/// Web pages that a cliente may have read within [`JANELA`]: enough for a site, too few to probe others with.
const PAGINAS: u64 = 30;
const JANELA: Duration = Duration::from_secs(10 * 60);

/// The text of a file that was sent.
pub async fn importar_arquivo(ctx: &Ctx, nome: &str, bytes: Vec<u8>) -> Result<ImportadoDto> {
    ctx.cliente_id()?;
    if bytes.is_empty() {
        return Err(Error::field("arquivo", "O arquivo está vazio. Escolha outro.".into()));
    }
    if bytes.len() > validate::IMPORTAR_MAX {
        return Err(Error::field(
            "arquivo",
            "O arquivo passa de 10 MB. Envie um menor ou só a parte que interessa.".into(),
        ));
    }
    let nome: String =
        nome.rsplit(['/', '\\']).next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
    let lido = {
        let nome = nome.clone();
        ler(move || extrair::extrair(&nome, &bytes)).await?
    };
    lido.map(|e| dto(nome, e)).map_err(|m| Error::field("arquivo", frase(m).into()))
}

/// The main text of a web page.
pub async fn importar_pagina(ctx: &Ctx, endereco: &str) -> Result<ImportadoDto> {
    let cliente_id = ctx.cliente_id()?;
    let erro = |frase: &str| Error::field("url", frase.to_owned());
    if endereco.trim().is_empty() {
        return Err(erro("Cole o endereço da página, como www.suaempresa.com.br."));
    }
    if endereco.len() > 2_000 {
        return Err(erro("O endereço é longo demais. Copie-o de novo do navegador."));
    }
    // A store that is away stops nobody.
    if ctx.app.kv.incr(&format!("importar:{cliente_id}"), JANELA).await.is_ok_and(|n| n > PAGINAS) {
        return Err(ErrorCode::TooManyRequests.into());
    }
    let pagina = Box::pin(pagina::ler(endereco)).await.map_err(|e| {
        tracing::info!(error = %e, "page not imported");
        erro(frase_da_pagina(&e))
    })?;
    let fonte = pagina.url.to_string();
    let lido = ler(move || match pagina.tipo.as_str() {
        "text/html" | "application/xhtml+xml" => extrair::html(&pagina.corpo, pagina.charset.as_deref()),
        "application/pdf" => extrair::extrair("pagina.pdf", &pagina.corpo),
        _ => extrair::extrair("pagina.txt", &pagina.corpo),
    })
    .await?;
    lido.map(|e| dto(fonte, e)).map_err(|m| match m {
        Motivo::SemTexto => erro("A página não tem texto que dê para ler: ele pode ser montado por um programa ou estar em imagens. Copie e cole o texto."),
        other => erro(frase(other)),
    })
}

/// Runs in a blocking thread. A parser that panics is a file that cannot be read.
async fn ler(f: impl FnOnce() -> extrair::Resultado + Send + 'static) -> Result<extrair::Resultado> {
    let vaga = tokio::time::timeout(ESPERA, VAGAS.acquire()).await;
    let vaga = vaga.map_err(|_| ErrorCode::Unavailable)?.map_err(|e| Error::caused(ErrorCode::Internal, e))?;
    let work = move || {
        // Held until the thread is done, also when nobody waits for it any more.
        let _vaga = vaga;
        f()
    };
    Ok(tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| {
        tracing::error!(error = %e, "a parser has panicked");
        Err(Motivo::Quebrado)
    }))
}

fn dto(fonte: String, e: Extraido) -> ImportadoDto {
    ImportadoDto {
        fonte,
        titulo: e.titulo,
        formato: match e.formato {
            Formato::Texto => FormatoImportado::Texto,
            Formato::Docx => FormatoImportado::Docx,
            Formato::Pdf => FormatoImportado::Pdf,
            Formato::Html => FormatoImportado::Html,
        },
        caracteres: e.texto.chars().count(),
        conteudo_texto: e.texto,
        paginas: e.paginas,
        cortado: e.cortado,
    }
}

const fn frase(motivo: Motivo) -> &'static str {
    match motivo {
        Motivo::Desconhecido => {
            "Não lemos este tipo de arquivo. Use .txt, .md, .docx ou .pdf, ou copie e cole o texto."
        }
        Motivo::WordAntigo => {
            "Este é um arquivo antigo do Word ou protegido por senha. Abra-o e salve como .docx, sem senha."
        }
        Motivo::Imagem => {
            "Isto é uma imagem, e imagens não têm texto que dê para ler. Digite o texto ou envie o arquivo original."
        }
        Motivo::Protegido => "O arquivo está protegido por senha. Salve uma cópia sem senha e envie de novo.",
        Motivo::SemTexto => {
            "O arquivo não tem texto que dê para ler. Se for um documento digitalizado, as páginas são imagens: digite o texto ou envie o arquivo original."
        }
        Motivo::Quebrado => {
            "O arquivo está incompleto ou danificado. Abra-o no seu aparelho, salve de novo e tente outra vez."
        }
        Motivo::Grande => "O conteúdo do arquivo é grande demais para ser aberto. Envie só a parte que interessa.",
        Motivo::Demorado => {
            "O arquivo demora demais para ser lido. Envie só a parte que interessa ou salve-o como .txt."
        }
    }
}

const fn frase_da_pagina(e: &PaginaError) -> &'static str {
    match e {
        PaginaError::Endereco => {
            "Este não é o endereço de uma página. Copie-o do navegador, como https://www.suaempresa.com.br."
        }
        PaginaError::Interno(_) => {
            "Este endereço fica em uma rede interna e não pode ser lido daqui. Use o endereço público da página."
        }
        PaginaError::Nome => "Não encontramos este site. Confira se o endereço está escrito certo.",
        PaginaError::Status(_) => {
            "O site não mostrou a página: ela pode não existir ou pedir login. Confira o endereço ou copie e cole o texto."
        }
        PaginaError::Tipo(_) => {
            "O endereço não é de uma página de texto. Baixe o arquivo e envie-o, ou copie e cole o texto."
        }
        PaginaError::Grande => "A página passa de 10 MB. Copie e cole a parte que interessa.",
        PaginaError::Saltos => {
            "O site nos manda de um endereço para outro sem parar. Copie do navegador o endereço final da página."
        }
        PaginaError::Demorou | PaginaError::Rede(_) => {
            "O site não respondeu a tempo. Tente de novo em instantes ou copie e cole o texto."
        }
    }
}
