-- Person and machine: the return of the assistant, business hours, the notice by mail, retention (plan, phases 7, 12, 13, 14).

ALTER TABLE configuracoes_bot
  ADD COLUMN ninguem_respondeu text NOT NULL DEFAULT 'Desculpe a demora: ninguém da equipe conseguiu responder ainda. Voltei para ajudar no que eu souber.',
  ADD COLUMN fora_horario text NOT NULL DEFAULT 'Agora estamos fora do horário de atendimento. Uma pessoa da equipe te responde assim que voltarmos.',
  ADD COLUMN horario jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN retorno_minutos integer NOT NULL DEFAULT 1440 CHECK (retorno_minutos BETWEEN 5 AND 4320),
  ADD COLUMN retencao_dias integer NOT NULL DEFAULT 30 CHECK (retencao_dias BETWEEN 7 AND 365),
  ADD COLUMN versao integer NOT NULL DEFAULT 1;

-- humano_em: the last sign of a person. fora_horario_em: when the contato was last told that the business is closed.
-- avisada_em: up to when the owner has had a mail about this conversa.
ALTER TABLE conversas
  ADD COLUMN humano_em timestamptz,
  ADD COLUMN fora_horario_em timestamptz,
  ADD COLUMN avisada_em timestamptz;
UPDATE conversas SET humano_em = updated_at WHERE estado = 'HUMANO_RESPONDEU';
UPDATE conversas SET avisada_em = updated_at WHERE estado = 'AGUARDANDO_HUMANO';

-- When the owner last had a mail about people who wait: at most one in half an hour.
ALTER TABLE clientes ADD COLUMN pendentes_avisados_em timestamptz;

-- Over all clientes, oldest sign first: what the return looks for each minute.
CREATE INDEX conversas_retorno_idx ON conversas (greatest(humano_em, aguardando_desde)) WHERE estado <> 'IA_ATIVA';
-- Each makes a batch of the retention an index scan.
CREATE INDEX historico_mensagens_tempo_idx ON historico_mensagens (cliente_id, "timestamp");
CREATE INDEX eventos_tempo_idx ON eventos (created_at);
-- For the foreign key when a conversa is deleted, and for what waits to be sent in one.
CREATE INDEX outbox_conversa_idx ON outbox (cliente_id, conversa_id);
