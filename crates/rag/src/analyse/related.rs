//! Words that stand for each other between a customer's question and a business's text.
//!
//! Looser than [`super::vocab::same_meaning`]: the word itself is always better, so these are compared at a lower weight and
//! only at search time. General vocabulary of customers of small businesses; a trade's own jargon does not belong here.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

/// Each group: words of one matter, any of which may stand for another. Folded.
const GROUPS: &[&str] = &[
    // place and getting there
    "estacionamento estacionar vaga vagas garagem manobrista valet parar carro moto veiculo",
    "endereco rua avenida bairro localizacao mapa local chegar perto proximo esquina referencia",
    "onibus metro estacao terminal ponto linha parada conducao transporte",
    "filial filiais unidade unidades lojas",
    "elevador escada rampa cadeirante acessibilidade acessivel cadeira rodas andar terreo",
    "banheiro sanitario toalete vestiario fraldario",
    "wifi internet rede senha",
    // time
    "horario abre fecha aberto fechado funcionamento atendimento expediente plantao",
    "domingo feriado feriados fim semana",
    "noite noturno madrugada tarde manha cedo matutino vespertino",
    "almoco meio-dia intervalo",
    "demora prazo tempo dura duracao pronto rapido leva espera aguardar entrega minutos dias uteis",
    "urgente urgencia emergencia hoje mesmo express expresso imediato plantao socorro",
    "atraso atrasar atrasado tolerancia atrasei atrasou",
    "ferias recesso natal carnaval",
    // money
    "preco valor custo quanto tabela orcamento cobram cobra cobrado taxa tarifa mensalidade",
    "desconto promocao oferta cupom barato abatimento vantagem economia combo pacote gratis cortesia brinde",
    "gratis gratuito gratuita cortesia custo isento isenta incluso inclusa incluido",
    "pagamento pagar pix dinheiro cartao credito debito boleto transferencia especie",
    "vezes parcela parcelado parcelamento dividir dividido juros prestacao fiado",
    "sinal entrada adiantamento adiantado antecipado caucao reserva garantir",
    "multa cobranca taxa penalidade perde cobrado",
    "reembolso devolucao devolver estorno dinheiro volta ressarcimento devolvido devolvem",
    "nota fiscal recibo comprovante cnpj cupom",
    "convenio convenios plano planos unimed seguro saude seguradora",
    "salario renda ganho",
    "caro barato conta",
    "vale refeicao alimentacao ticket sodexo alelo vr",
    // booking and changing it
    "agendar agendamento marcar horario reserva reservar agenda encaixe vaga hora marcada",
    "fila ordem chegada senha espera encaixe",
    "cancelar cancelamento desmarcar desistir desistencia desisto desistiu cancelo",
    "remarcar reagendar adiar trocar mudar transferir alterar",
    "faltar falta faltei faltou comparecer ausencia perder perdi",
    "trancar pausar suspender congelar trancamento pausa",
    "contrato fidelidade rescisao prazo assinatura permanencia",
    "matricula inscricao inscrever cadastro matricular",
    "encomenda encomendar pedido pedir pedidos antecedencia",
    // delivery and service area
    "entrega entregar delivery levar leva levam motoboy receber buscar domicilio casa frete envio",
    "retirar retirada buscar busca pegar balcao busco coleta leva-e-traz levantar",
    "frete envio correios sedex transportadora enviam mandam rastreio",
    "bairro bairros regiao area raio cidade km distancia atendem longe",
    "viagem embalagem levar quentinha",
    // guarantees and trouble
    "garantia garantido cobertura cobre assegurado conserto defeito",
    "defeito quebrado quebrou estragado estragou problema danificado parou funciona avaria trincou rachou",
    "conserto consertar arrumar arruma reparo manutencao revisao troca reparar concerto",
    "troca trocar substituir substituicao trocas devolucao",
    "reclamar reclamacao insatisfeito ouvidoria problema refazer retoque",
    "remendar remendo furo furou furado",
    "medo dor doi dolorido anestesia sedacao",
    // people
    "crianca criancas infantil filho filha filhos bebe menino menina kids menor menores idade anos mirim",
    "idoso idosa idosos terceira idade aposentado senior avo mae melhor",
    "estudante estudantes universitario aluno alunos faculdade carteirinha",
    "gestante gravida gravidez gestantes",
    "casal casais namorado namorada esposa marido dupla dois",
    "grupo grupos turma familia amigos pessoas excursao",
    "aniversario festa aniversariante evento comemorar comemoracao festas",
    "empresa empresas corporativo firma juridica pj",
    "dono dona proprietario proprietaria responsavel gerente",
    "equipe profissional profissionais funcionario atende especialista tecnico quem",
    "professor professora professores instrutor aula docente",
    "medico medica doutor doutora dr dra profissional",
    "motorista uber aplicativo taxi",
    "vizinho indicar indicacao amigo indica indique",
    // animals
    "animal animais pet pets cachorro cao gato bicho cachorrinho caes gatos bichinho",
    "peso porte kg quilo quilos tamanho",
    // documents and conditions
    "documento documentos rg cpf identidade comprovante levar trazer apresentar cnh",
    "receita prescricao pedido medico medica receituario",
    "idade minima anos maior menor minimo maximo limite",
    "jejum comer beber agua cafe preparo",
    "preciso necessario exige exigido obrigatorio obrigatoria precisa",
    "permitido permitida proibido pode liberado autorizado aceita aceitamos",
    "restricao alergia alergico intolerancia gluten lactose vegano vegana vegetariano acucar diet",
    "certificado diploma certificacao comprovante declaracao",
    "iniciante basico zero comecar nunca primeira primeiro nivel comeco",
    "experimental experimentar teste testar conhecer demonstracao avaliacao",
    "prova exame teste nivelamento avaliacao",
    // goods and services
    "cafe manha desjejum refeicao almoco jantar",
    "bebida bebidas cerveja refrigerante suco drink chope agua",
    "carne frango peixe churrasco",
    "tamanho medida medidas numeracao grande medio pequeno",
    "cor cores modelo modelos opcoes variedade tipos",
    "quarto quartos suite suites acomodacao hospedagem diaria hospedes chale",
    "checkin checkout entrada saida chegada",
    "praia mar piscina lazer",
    "toalha toalhas roupa cama lencol enxoval",
    "cabelo corte cortar tesoura maquina",
    "barba bigode pelo",
    "sobrancelha depilacao",
    "celular telefone aparelho smartphone iphone",
    "tela display vidro visor trincada",
    "bateria carga carregar carregador descarrega",
    "molhado molhou agua oxidacao caiu",
    "dados fotos backup arquivos contatos perde perder apagar",
    "usado usados seminovo seminovos compram avaliar avaliacao",
    "original originais paralelo generico qualidade marca linha",
    "peca pecas componente material trazer",
    "emprestado empresta emprestam reserva reposicao alugar aluguel",
    "oleo lubrificante filtro",
    "pneu pneus roda rodas aro furo",
    "freio freios pastilha pastilhas disco",
    "ar condicionado gelando gelar gas climatizado ventilador",
    "luz painel scanner diagnostico computador",
    "guincho reboque socorro",
    "remedio medicamento formula capsula capsulas manipulado",
    "validade vence vencimento estragar dura conservar guardar geladeira",
    "creme pomada gel locao",
    "infantil xarope sache gotas",
    "online distancia ead remoto internet casa presencial",
    "turma turmas aluno alunos sala lotacao",
    "livro livros material apostila didatico",
    "conversacao conversar falar fluente",
    "intercambio exterior viagem fora",
    "reposicao repor aula perdida",
    "individual particular vip sozinho privado",
    "limpeza limpar higienizacao lavar lavagem banho",
    "vacina vacinas vacinacao",
    "tosa banho pelo",
    "presente presentear vale",
    "catalogo cardapio menu lista tabela portfolio fotos",
    "molde personalizado personalizar medida sob",
    "sem com adicional extra acrescimo acrescentar",
    // contact
    "telefone ligar contato numero fixo whatsapp celular fone ligo",
    "email e-mail site instagram rede facebook",
    "mensagem responder resposta retorno",
    "vaga emprego trabalhar curriculo contratando trabalhe",
    "cigarro fumar fumante fumo",
    "barulho som musica silencio",
    "foto fotos filmar imagem",
    "seguranca cofre camera",
    "perdido perdi esqueci esquecido achados",
    "quantidade minimo minima unidades duzia cento",
];

/// Stem → stems of the groups it stands in, itself excluded.
static RELATED: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let stemmer = Stemmer::create(Algorithm::Portuguese);
    let mut out: HashMap<String, Vec<String>> = HashMap::new();
    for group in GROUPS {
        let mut stems: Vec<String> =
            group.split_whitespace().map(|w| stemmer.stem(super::vocab::same_meaning(w)).into_owned()).collect();
        stems.sort();
        stems.dedup();
        for stem in &stems {
            let others = out.entry(stem.clone()).or_default();
            others.extend(stems.iter().filter(|s| *s != stem).cloned());
        }
    }
    for others in out.values_mut() {
        others.sort();
        others.dedup();
    }
    out
});

/// Word → its stem.
static WORDS: LazyLock<HashMap<&'static str, String>> = LazyLock::new(|| {
    let stemmer = Stemmer::create(Algorithm::Portuguese);
    let words = GROUPS.iter().flat_map(|g| g.split_whitespace());
    words.map(|w| (w, stemmer.stem(super::vocab::same_meaning(w)).into_owned())).collect()
});

pub(super) fn words() -> impl Iterator<Item = &'static str> {
    WORDS.keys().copied()
}

/// The stem of a word of the groups; any other word is its own.
pub(super) fn stem_of(word: &str) -> &str {
    WORDS.get(word).map_or(word, String::as_str)
}

/// The stems that may stand for `stem`.
pub(super) fn of(stem: &str) -> &'static [String] {
    RELATED.get(stem).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_related_both_ways() {
        for group in GROUPS {
            assert_eq!(crate::analyse::fold(group), *group);
            assert!(group.split_whitespace().count() >= 2, "{group}");
        }
        let stemmer = Stemmer::create(Algorithm::Portuguese);
        for (stem, others) in RELATED.iter() {
            for other in others {
                assert!(of(other).contains(stem), "{stem} {other}");
            }
        }
        assert!(of(&stemmer.stem("carro")).contains(&stemmer.stem("estacionamento").into_owned()));
        assert!(of("pizza").is_empty());
    }
}
