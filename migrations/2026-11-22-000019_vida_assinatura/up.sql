-- The life of an assinatura after its sign-up.

-- suspenso_em: grace was over then; who stays suspended for long is ended.
ALTER TABLE clientes ADD COLUMN suspenso_em timestamptz;
CREATE INDEX clientes_cancelado_idx ON clientes (cancelado_em) WHERE cancelado_em IS NOT NULL;

-- We asked Stripe to end it because its owner closed the account: reopening takes that back, and nothing else.
ALTER TABLE assinaturas ADD COLUMN encerrada_com_a_conta boolean NOT NULL DEFAULT false;

ALTER TABLE avisos DROP CONSTRAINT avisos_tipo_check;
ALTER TABLE avisos ADD CONSTRAINT avisos_tipo_check CHECK (tipo IN ('CONEXAO_CAIU', 'INSTANCIA_SURDA', 'SILENCIO', 'SEM_RECIBO',
  'MENSAGENS_RECUPERADAS', 'ORCAMENTO_80', 'ORCAMENTO_ESGOTADO', 'EMAIL_RECUSADO', 'MENSAGENS_80', 'MENSAGENS_ESGOTADAS'));
