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
    "estacionamento estacionar estaciono vaga vagas garagem manobrista valet parar carro carros moto veiculo automovel automoveis",
    "bicicleta bike bicicletas bikes bicicletario bici",
    "endereco rua avenida bairro mapa local localizacao lugar chegar maps",
    "perto proximo proxima pertinho esquina referencia vizinho lado frente",
    "perto longe distancia metros quadras caminhada quarteirao",
    "onibus metro estacao terminal ponto linha parada conducao transporte trem",
    "rodoviaria aeroporto transfer traslado translado voo",
    "filial filiais unidade unidades lojas",
    "escada escadas degrau degraus subir elevador andar terreo",
    "cadeirante cadeirantes acessibilidade acessivel rampa elevador cadeira rodas adaptado adaptada deficiencia deficiente muleta pcd",
    "banheiro sanitario toalete lavabo vestiario",
    "fraldario trocador fralda fraldas",
    "chuveiro chuveiros ducha banho vestiario vestiarios",
    "armario armarios locker cadeado guardar pertences mochila",
    "wifi internet rede senha",
    "recepcao secretaria balcao portaria",
    // time
    "horario abre fecha aberto fechado funcionamento atendimento expediente plantao",
    "domingo domingos feriado feriados",
    "fim semana sabado domingo sabados",
    "noite noturno madrugada tarde tardinha",
    "manha cedo cedinho matutino matinal",
    "tarde vespertino",
    "almoco meio-dia intervalo",
    "demora prazo tempo dura duracao pronto rapido leva espera aguardar entrega minutos dias uteis",
    "demora atraso atrasar atrasado atrasada atrasou tolerancia atrasei atrasos",
    "urgente urgencia emergencia hoje mesmo express expresso imediato socorro pressa correndo",
    "plantao emergencia urgencia socorro",
    "calmo calma tranquilo tranquila vazio movimento cheio lotado silencioso",
    "ferias recesso natal carnaval reveillon pascoa emenda feriado",
    "verao inverno temporada janeiro dezembro julho estacao",
    "semanal semanalmente quinzenal mensal frequencia",
    "diaria avulsa avulso dia",
    // money
    "preco valor custo quanto tabela orcamento cobram cobra cobrado taxa tarifa mensalidade",
    "orcamento cotacao estimativa avaliar avaliacao",
    "desconto promocao oferta cupom barato abatimento vantagem economia combo pacote",
    "desconto conta barato barata negociar pechinchar condicao",
    "fidelidade pontos cartela cartelinha clube",
    "gratis gratuito gratuita cortesia custo isento isenta incluso inclusa incluido gastar graca",
    "incluso inclusa incluido incluida inclui incluem acompanha",
    "brinde cortesia mimo ganha ganho ganhar",
    "pagamento pagar pix dinheiro cartao credito debito boleto transferencia especie",
    "maquininha maquina cartao bandeira visa master elo",
    "vezes parcela parcelado parcelamento dividir dividido divide juros prestacao fiado",
    "dinheiro especie vista",
    "fiado pendurar caderneta",
    "sinal entrada adiantamento adiantado antecipado antecipada caucao garantir",
    "multa cobranca taxa penalidade perde perco cobrado",
    "atraso vencimento vence vencer mensalidade multa juros atrasada",
    "reembolso reembolsar reembolsam devolucao devolver estorno estornar dinheiro volta ressarcimento ressarcir devolvido devolvem",
    "nota fiscal recibo comprovante cnpj cupom notinha",
    "convenio convenios plano planos unimed seguro saude seguradora",
    "salario renda",
    "caro barato conta",
    "vale refeicao alimentacao ticket sodexo alelo vr",
    "imposto icms tributo irpf leao",
    // booking and changing it
    "agendar agendamento marcar horario reserva reservar agenda encaixe vaga hora marcada",
    "fila ordem chegada senha espera encaixe",
    "chegar aparecer encaixe avulso",
    "cancelar cancelamento desmarcar desistir desistencia desisto desistiu cancelo cancela imprevisto",
    "remarcar remarcacao reagendar adiar imprevisto",
    "remarcar reagendar trocar mudar transferir alterar adiar",
    "avisar aviso avisa antecedencia comunicar antes",
    "faltar falta faltei faltou comparecer ausencia perder perdi perco",
    "trancar tranco pausar pauso suspender congelar trancamento pausa",
    "sair saio encerrar encerramento cancelar cancelamento rescindir",
    "contrato fidelidade rescisao assinatura permanencia",
    "matricula inscricao inscrever cadastro matricular inscricoes inscrevo",
    "encomenda encomendar encomendo pedido pedir pedidos antecedencia",
    "confirmar confirmacao confirmo confirmado",
    // delivery and service area
    "entrega entregar entregam delivery levar leva levam motoboy receber buscar domicilio casa frete envio",
    "domicilio casa residencia residencial visita visitas",
    "retirar retiro retirada buscar busca pegar balcao busco coleta leva-e-traz levantar",
    "frete envio correios sedex transportadora enviam mandam rastreio pac",
    "rastrear rastreio rastreamento codigo",
    "bairro bairros regiao area raio cidade km distancia atendem longe",
    "viagem embalagem quentinha marmita marmitex",
    "guardar guardado guardada guardamos seguram segurar guarda",
    // guarantees and trouble
    "garantia garantido cobertura cobre assegurado conserto defeito",
    "defeito defeituoso quebrado quebrou quebrar estragado estragou problema danificado parou pifou funciona avaria",
    "trincou trincado trincada trinca rachou rachado rachadura quebrou quebrado quebrada",
    "conserto consertar arrumar arruma arrumado arrumam reparo reparar manutencao concerto restauracao",
    "revisao manutencao preventiva",
    "troca trocar substituir substituicao trocas devolucao",
    "ajuste ajustar ajusta ajustes acertar arrumar corrigir retoque retocar",
    "refazer refazemos refaz refeito retrabalho corrigir retoque",
    "erro errado errada errou erraram engano trocado faltando faltou incompleto veio",
    "reclamar reclamacao insatisfeito insatisfeita ouvidoria problema chateado",
    "gostar gostei gostou arrependi arrependimento insatisfeito satisfeito",
    "remendar remendo furo furou furado prego murcho murchando",
    "vazamento vazando vaza pinga pingando goteira vazar infiltracao",
    "entupido entupiu entupimento desentupir desentupimento desentupidora",
    "luz energia eletrica eletrico eletricista tomada fiacao disjuntor curto",
    "encanador hidraulica torneira cano canos encanamento",
    "mofo umidade infiltracao",
    "medo dor doi dolorido doer anestesia sedacao doendo",
    "medo receio pavor panico nervoso ansioso ansiedade",
    "sangrar sangrando sangramento sangue sangra",
    "inchado inchaco inchou incha inchada",
    "febre gripe gripado resfriado doente tosse",
    "esterilizado esterilizar esterilizacao autoclave descartavel descartaveis higiene doenca contaminacao",
    "machucar machucou ferida ferimento lesao lesionado machucado",
    // people
    "crianca criancas infantil filho filha filhos bebe menino menina kids menor menores mirim",
    "crianca infantil neto neta sobrinho sobrinha garoto garota moleque aninhos",
    "idade anos aninhos minima maior menor",
    "bebe bebes recem nascido nenem berco carrinho bercinho",
    "berco bercos caminha",
    "adolescente adolescentes teen teens jovem jovens juvenil",
    "adulto adultos maior",
    "idoso idosa idosos terceira idade aposentado aposentada senior avo mae sogro sogra velhinho velhinha",
    "idoso idosos maiores senhora senhoras 60",
    "estudante estudantes universitario aluno alunos faculdade carteirinha",
    "gestante gravida gravidez gestantes gestacao amamentar amamentando lactante",
    "casal casais namorado namorada esposa marido dupla dois noivo noiva mulher",
    "irmao irma irmaos irmas parente familiar",
    "autorizar autorizacao autorizando autorizada autorizado terceiros terceiro procuracao marido esposa responsavel",
    "grupo grupos turma familia amigos pessoas excursao",
    "autista autismo espectro tea autistas sensorial",
    "aniversario festa aniversariante evento comemorar comemoracao festas niver",
    "casamento casar noiva noivos madrinha padrinho cerimonia debutante",
    "formatura formando formandos",
    "empresa empresas corporativo firma juridica pj",
    "dono dona proprietario proprietaria responsavel gerente fundador",
    "equipe profissional profissionais funcionario atende especialista tecnico quem mexe",
    "professor professora professores instrutor instrutora aula docente prof personal",
    "medico medica doutor doutora dr dra profissional",
    "nutricionista dieta nutricional alimentar",
    "motorista uber aplicativo taxi",
    "indicar indicacao amigo indica indique indicado indicou convidar",
    "mulher mulheres feminino feminina",
    "homem homens masculino masculina",
    "estrangeiro estrangeiros gringo turista",
    "morador condominio sindico",
    // animals
    "animal animais pet pets cachorro cao gato bicho cachorrinho caes gatos bichinho gata gatinho gatinha cadela filhote",
    "veterinario veterinaria vet",
    "coleira guia focinheira peitoral",
    "pulga pulgas carrapato carrapatos antipulgas",
    "castrar castracao castrado castrada",
    "creche hotel hotelzinho hospedagem hospedar hospedo daycare",
    "racao petisco petiscos",
    "tosa tosar banho pelo pelos tosador",
    "porte peso raca",
    "peso kg quilo quilos tamanho",
    // documents and conditions
    "documento documentos rg cpf identidade comprovante levar trazer apresentar cnh",
    "receita prescricao pedido medico medica receituario",
    "atestado laudo medico",
    "idade minima anos maior menor minimo maximo limite",
    "jejum comer beber agua cafe preparo",
    "preciso necessario exige exigido obrigatorio obrigatoria precisa",
    "permitido permitida proibido pode liberado autorizado aceita aceitamos",
    "restricao alergia alergico alergica intolerancia intolerante gluten lactose vegano vegana vegetariano vegetariana acucar diet",
    "vegano vegana vegetariano vegetariana animal vegetal vegetais",
    "gluten celiaco celiaca trigo",
    "lactose leite queijo laticinio",
    "acucar diet diabetico diabetica zero light",
    "certificado diploma certificacao comprovante declaracao",
    "iniciante basico zero comecar nunca primeira primeiro nivel comeco",
    "experimental experimentar teste testar conhecer demonstracao avaliacao",
    "prova exame teste nivelamento avaliacao",
    "sigilo sigiloso privacidade confidencial lgpd",
    "seguro protegido confiavel confianca seguranca",
    "registro crm cro crea creci oab crc alvara",
    "idioma idiomas ingles espanhol lingua",
    // food
    "cafe manha desjejum",
    "refeicao almoco jantar janta almocar",
    "bebida bebidas cerveja refrigerante suco drink chope agua",
    "vinho rolha garrafa bebida",
    "metade meia meio sabores",
    "sabor sabores gosto gostinho aroma recheio recheios",
    "carne frango peixe churrasco",
    "picante pimenta apimentado ardido",
    "bolo bolos torta tortas",
    "salgado salgados salgadinho salgadinhos coxinha",
    "doce doces docinho docinhos brigadeiro sobremesa sobremesas",
    "pao paes padaria paozinho",
    "sanduiche lanche lanches hamburguer burger",
    "porcao porcoes serve servem rende pessoas fatias",
    "vegetariana salada verdura legumes",
    "congelado congelada congelados congelar freezer",
    "buffet rodizio livre quilo self",
    "couvert rolha gorjeta garcom servico",
    "mesa mesas lugares salao",
    "quente quentinho esfriar esquentar aquecer requentar",
    "fresco fresca frescos dia",
    // goods and clothing
    "tamanho medida medidas numeracao grande medio pequeno",
    "tamanho veste manequim numero gg plus",
    "apertado apertada largo larga justo folgado serviu servir serve",
    "cor cores modelo modelos opcoes variedade tipos",
    "provar provador experimentar vestir prova",
    "bainha barra costureira costura costurar encurtar",
    "roupa roupas peca pecas vestido vestidos camisa blusa calca",
    "biquini biquinis maio maios sunga praia",
    "sapato sapatos tenis calcado calcados sandalia sola salto",
    "atacado revenda revender revendedor lojista",
    "estoque disponivel acabou esgotado chegou reposicao",
    "usado usados seminovo seminovos compram brecho",
    "original originais paralelo generico qualidade marca",
    "marca marcas fabricante fornecedor",
    "peca pecas componente componentes material trazer",
    "comprei comprar internet compro proprio",
    "molde personalizado personalizar medida sob",
    "gravar gravacao bordado bordar estampa estampar nome",
    "presente presentear vale",
    "embrulho embrulhar embrulham presente embalagem papel laco",
    "catalogo cardapio menu lista tabela portfolio fotos",
    "adicional extra acrescimo acrescentar adicionar",
    // optics and jewellery
    "oculos lente lentes armacao armacoes grau",
    "vista visao enxergar oftalmologista oculista",
    "relogio relogios pulseira bateria pilha",
    "pilha pilhas bateria baterias descarte descartar jogar lixo",
    "descarte descartar jogar lixo coletor coleta reciclar reciclagem",
    "alianca aliancas anel aneis joia joias ouro prata",
    // lodging
    "quarto quartos suite suites acomodacao hospedagem diaria hospedes chale apartamento",
    "checkin checkout entrada saida chegada entrar sair",
    "chegada chegar check",
    "praia mar areia orla",
    "piscina piscinas nadar lazer",
    "toalha toalhas enxoval lencol lencois cama",
    "cama camas colchao beliche solteiro",
    "cozinha cozinhar fogao geladeira microondas frigobar",
    "chave chaves cartao",
    "lavanderia lavar passar roupa roupas",
    "passeio passeios trilha turismo conhecer",
    "fogo lareira churrasqueira churrasco",
    "vista mar varanda sacada",
    // beauty
    "cabelo corte cortar corto cabelos tesoura maquina aparar",
    "tinta tintura pintar coloracao tingir colorir",
    "luzes mechas reflexo loiro loira platinado descolorir descoloracao",
    "alisar alisamento progressiva liso lisos botox selagem",
    "cacheado cachos cacho crespo ondulado",
    "escova escovar chapinha secar secador",
    "penteado penteados coque tranca trancas",
    "barba bigode pelo navalha raspar barbear",
    "barbeiro barbeiros cabeleireiro cabeleireira",
    "sobrancelha sobrancelhas henna pinca micropigmentacao",
    "depilacao depilar cera virilha buco axila",
    "unha unhas manicure pedicure esmalte esmaltacao mao pe",
    "gel fibra alongamento postica posticas",
    "cilios cilio alongamento extensao",
    "maquiagem maquiar maquiadora make",
    "massagem massagista relaxante relaxar drenagem",
    "pele rosto facial limpeza espinha espinhas cravos acne",
    "tatuagem tatuar tattoo tatuador piercing",
    // phones and computers
    "celular telefone aparelho smartphone iphone",
    "tela display vidro visor touch",
    "bateria carga carregar carregador descarrega viciada",
    "conector carregador plugar carga entrada",
    "molhado molhou agua oxidacao caiu piscina privada",
    "dados fotos backup arquivos contatos perde perder apagar",
    "dados formatar formatacao apaga arquivos",
    "computador notebook laptop pc",
    "lento lenta travando trava travou formatar",
    "impressora impressao imprimir xerox copia copias",
    "pelicula capinha capa capinhas acessorios",
    "emprestado empresta emprestam emprestimo reserva reposicao",
    "alugar aluguel locacao alugam alugo",
    // cars
    "oleo lubrificante filtro",
    "pneu pneus roda rodas aro furo estepe borracharia",
    "freio freios pastilha pastilhas disco lona",
    "ar condicionado gelando gelar gas climatizado ventilador",
    "luz painel scanner diagnostico computador acendeu injecao",
    "guincho reboque socorro",
    "alinhamento balanceamento puxando geometria",
    "mecanico mecanica oficina",
    "batida bati bateu amassado amassou lataria funilaria pintura risco",
    "vistoria inspecao avaliacao laudo",
    "seminovo usado comprar compra olhada",
    "motor motores barulho",
    "embreagem cambio marcha",
    "suspensao amortecedor amortecedores",
    "polimento encerar cera lavagem",
    "ligar pega partida bateria",
    // driving school
    "habilitacao cnh carteira carta motorista dirigir",
    "reprovar reprovei reprovou reprovado repetir reteste",
    "simulador pratica pratico direcao volante",
    // health
    "remedio remedios medicamento medicamentos medicacao comprimido comprimidos formula capsula capsulas manipulado",
    "comprimido comprimidos capsula engolir cuspir cospe pilula",
    "validade vence vencimento vencido vencida estragar dura",
    "conservar conservacao guardar geladeira armazenar",
    "creme pomada gel locao",
    "xarope sache gotas liquido",
    "dente dentes dental dentario dentista odontologia",
    "arrancar arranquei extracao extrair siso",
    "aparelho ortodontia ortodontico",
    "clarear clareamento branquear branco branqueamento",
    "canal carie obturacao restauracao",
    "protese dentadura implante implantes",
    "consulta consultas consultar",
    "retorno retornar voltar volto",
    "exame exames resultado resultados laudo",
    "coleta sangue jejum",
    "cirurgia operar operacao procedimento operado cirurgico",
    "recuperacao repouso cicatrizacao cicatrizar",
    "terapia psicologo psicologa terapeuta sessao",
    "fisioterapia fisioterapeuta coluna joelho ombro lombar",
    "costas coluna lombar",
    "vacina vacinas vacinacao",
    "teleconsulta telemedicina video remoto",
    "grau miopia astigmatismo",
    // school, courses, gym
    "online distancia ead remoto internet casa presencial",
    "turma turmas aluno alunos sala lotacao",
    "livro livros material apostila apostilas didatico",
    "conversacao conversar falar fluente",
    "intercambio exterior viagem fora",
    "reposicao repor reponho aula perdida",
    "gravado gravada gravadas gravacao assistir depois",
    "individual particular vip sozinho sozinha privado",
    "particular individual",
    "mensalidade semestre anuidade semestralidade",
    "boletim nota notas media",
    "uniforme farda fardamento",
    "lanche merenda cantina",
    "integral contraturno periodo turno",
    "adaptacao acolhimento",
    "treino treinar treinos treinam musculacao malhar malhacao exercicio",
    "personal treinador instrutor professor",
    "emagrecer emagrecimento perder peso",
    "natacao nadar hidroginastica piscina",
    "luta lutas jiu muay karate boxe",
    "danca dancar zumba bale ballet",
    "roupa roupas traje vestir vestimenta vestuario",
    // home services, cleaning, moving
    "limpeza limpar higienizacao lavar lavagem faxina limpo",
    "faxina faxineira diarista domestica",
    "estofado sofa tapete colchao impermeabilizacao",
    "mancha manchas manchou manchado",
    "passar passadeira ferro",
    "mudanca mudar carreto caminhao frete",
    "montar montagem montador movel moveis",
    "instalar instalacao instalam instalador colocar colocam colocacao",
    "pintura pintor pintar parede",
    "reforma reformar obra pedreiro construcao",
    "dedetizacao dedetizar barata baratas cupim formiga rato ratos praga pragas",
    "chaveiro chave chaves fechadura tranca copia",
    "jardim jardinagem jardineiro grama poda podar",
    "gas botijao",
    // property, legal, accounting
    "imovel imoveis apartamento apto casa kitnet",
    "alugar aluguel inquilino locador locatario locacao",
    "fiador caucao garantia",
    "financiar financiamento banco financiado",
    "vender venda vendem vendo venderam",
    "advogado advogada advocacia juridico",
    "processo causa acao",
    "honorarios honorario percentual porcentagem",
    "divorcio separacao separar guarda pensao",
    "demissao demitido demitida trabalhista rescisao",
    "aposentadoria aposentar inss beneficio",
    "contador contabilidade contabil",
    "mei microempreendedor abrir cnpj",
    "imposto renda declaracao declarar ir",
    // contact and the rest
    "telefone ligar ligo contato numero fixo whatsapp celular fone",
    "email e-mail site instagram rede facebook",
    "instagram insta redes perfil pagina",
    "mensagem responder resposta retorno",
    "emprego trabalhar curriculo contratando contratacao trabalhe vaga vagas",
    "estagio estagiario estagiaria",
    "cigarro fumar fumo fumante fumantes",
    "barulho barulhento som musica silencio silencioso",
    "foto fotos filmar imagem",
    "fotografia fotografo fotos fotografar ensaio",
    "seguranca cofre camera cameras vigilancia",
    "perdido perdi esqueci esquecido esquecidos achados esquecer",
    "quantidade minimo minima unidades duzia cento",
    "maximo limite capacidade cabe cabem lotacao",
    "flor flores buque arranjo",
    "decoracao decorar enfeite enfeites",
    "chuva chover chuvoso tempo",
    "cheque cheques",
    "transferir transferencia passar titularidade",
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
