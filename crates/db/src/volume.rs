//! Many conversations at once, for measuring. Not in a production build.

use contracts::{ClienteId, ConversaId};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::{Result, SystemTx};

/// Lines of every conversation but the first.
const LINHAS: u32 = 20;

/// Adds `conversas` conversations of [`LINHAS`] lines, spread over 24 days; the first has `mensagens` lines. `seed` tells
/// one run's rows from another's. Gives the first one and how many lines that makes.
///
/// As the owner of the tables, who may have them analysed in between: without that the last step takes a minute.
pub async fn fill(
    tx: &mut SystemTx,
    cliente: ClienteId,
    seed: &str,
    conversas: u32,
    mensagens: u32,
) -> Result<(ConversaId, i64)> {
    let seed = seed.replace('\'', "");
    let sql = format!(
        "INSERT INTO contatos (id, cliente_id, nome, numero, created_at)
           SELECT md5('{seed}p' || i)::uuid, '{cliente}',
             (ARRAY['Ana','João','Beatriz','Antônio','Cecília','Davi','Fátima','Zé','Helena','Íris','Luís','Mônica','Nélson',
               'Olívia','Péricles','Raíssa','Sérgio'])[1 + i % 17] || ' ' ||
             (ARRAY['Souza','Araújo','Conceição','Gonçalves','Lima','Magalhães','Paixão','Ribeiro','Simões','Tavares','Vilaça'])
               [1 + i % 11] || ' ' || i,
             '5511' || lpad((900000000 + hashtext('{seed}')::bigint % 50000000 + i)::text, 9, '0'),
             now() - interval '25 days'
           FROM generate_series(1, {conversas}) i;
         ANALYZE contatos;
         INSERT INTO contato_aliases (cliente_id, jid, contato_id)
           SELECT cliente_id, numero || '@s.whatsapp.net', id FROM contatos
           WHERE cliente_id = '{cliente}' AND id IN (SELECT md5('{seed}p' || i)::uuid FROM generate_series(1, {conversas}) i)
           ON CONFLICT DO NOTHING;
         INSERT INTO conversas (id, cliente_id, contato_id, numero_usuario, jid, estado, aguardando_desde, humano_em,
             resolvida_em, resolvida_por, ultima_mensagem_em, nao_lidas)
           SELECT md5('{seed}v' || i)::uuid, '{cliente}', c.id, c.numero, c.numero || '@s.whatsapp.net',
             CASE WHEN i % 100 = 0 THEN 'AGUARDANDO_HUMANO' WHEN i % 10 = 1 THEN 'HUMANO_RESPONDEU' ELSE 'IA_ATIVA' END,
             CASE WHEN i % 100 = 0 THEN now() - (i % 600 + 1) * interval '1 minute' END,
             CASE WHEN i % 10 = 1 THEN now() - (i % 600 + 1) * interval '1 minute' END,
             CASE WHEN i % 10 IN (3, 5, 7) THEN now() - i * interval '24 days' / {conversas} END,
             CASE WHEN i % 10 IN (3, 5, 7) THEN 'Equipe' END,
             now() - i * interval '24 days' / {conversas}, CASE WHEN i % 100 = 0 THEN 1 + i % 4 ELSE 0 END
           FROM generate_series(1, {conversas}) i JOIN contatos c ON c.id = md5('{seed}p' || i)::uuid;
         ANALYZE conversas;
         INSERT INTO historico_mensagens (id, cliente_id, conversa_id, tipo, conteudo, \"timestamp\", status_envio)
           SELECT md5('{seed}m' || i || '.' || j)::uuid, '{cliente}', md5('{seed}v' || i)::uuid, t.tipo,
             CASE t.tipo WHEN 'CONTATO' THEN
               (ARRAY['Oi, boa tarde!','Vocês têm pão de fermentação natural hoje?','Qual o preço da cesta de café da manhã?',
                 'Entregam no Jardim Botânico? Qual a taxa?','Posso pagar com Pix na retirada?','Obrigada, vocês são ótimos.',
                 'Queria encomendar um bolo de cenoura para sábado às 15h, dá tempo?'])[1 + (i * 7 + j) % 7]
             ELSE
               (ARRAY['Boa tarde! Como posso ajudar?','Temos sim, sai fresquinho às 7h e às 16h.',
                 'A cesta custa R$ 89,00 e serve duas pessoas.','Entregamos, a taxa para o seu bairro é de R$ 12,00.',
                 'Pode sim: Pix, cartão ou dinheiro.','Encomendas com 48 horas de antecedência, certo?'])[1 + (i * 5 + j) % 6]
             END || CASE WHEN j % 9 = 0 THEN ' (pedido ' || i || '-' || j || ')' ELSE '' END,
             now() - i * interval '24 days' / {conversas} - (n.linhas - j) * interval '40 seconds',
             CASE WHEN t.tipo <> 'CONTATO' THEN 'LIDA' END
           FROM generate_series(1, {conversas}) i
           CROSS JOIN LATERAL (SELECT CASE WHEN i = 1 THEN {mensagens} ELSE {LINHAS} END AS linhas) n
           CROSS JOIN LATERAL generate_series(1, n.linhas) j
           CROSS JOIN LATERAL (SELECT CASE WHEN j % 2 = 1 THEN 'CONTATO' WHEN j % 6 = 0 THEN 'HUMANO' ELSE 'IA' END AS tipo) t
           ORDER BY i, j;
         ANALYZE historico_mensagens;
         UPDATE conversas v SET respondida_ate = u.ordem, previa = left(u.conteudo, 140), previa_tipo = u.tipo
           FROM (SELECT DISTINCT ON (conversa_id) conversa_id, ordem, conteudo, tipo FROM historico_mensagens
             WHERE cliente_id = '{cliente}' ORDER BY conversa_id, ordem DESC) u
           WHERE v.cliente_id = '{cliente}' AND v.id = u.conversa_id AND v.previa = ''"
    );
    tx.connection().batch_execute(&sql).await?;
    #[derive(diesel::QueryableByName)]
    struct Made {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: ConversaId,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let made = format!(
        "SELECT md5('{seed}v1')::uuid AS id, count(*) AS n FROM historico_mensagens WHERE cliente_id = '{cliente}'
           AND conversa_id IN (SELECT md5('{seed}v' || i)::uuid FROM generate_series(1, {conversas}) i)"
    );
    let made: Made = diesel::sql_query(made).get_result(tx.connection()).await?;
    Ok((made.id, made.n))
}
