-- Settings and account: the assistant's switch, the waiting message, devices, choices of the owner, closing.

-- espera_minutos: how long somebody waits for a person before `espera` is sent, once.
ALTER TABLE configuracoes_bot
  ADD COLUMN ia_ligada boolean NOT NULL DEFAULT true,
  ADD COLUMN espera_minutos integer NOT NULL DEFAULT 10 CHECK (espera_minutos BETWEEN 2 AND 240);

-- Up to when the contato has been told that the team knows; older than aguardando_desde: not in this hand-over.
ALTER TABLE conversas ADD COLUMN espera_em timestamptz;
-- Who waits already has waited without the message, and is not written to because of an update.
UPDATE conversas SET espera_em = now() WHERE estado = 'AGUARDANDO_HUMANO';

-- The last request of a login, to some minutes. `ip` has never been written; from now on a shortened one is.
ALTER TABLE sessoes ADD COLUMN visto_em timestamptz NOT NULL DEFAULT now();
UPDATE sessoes SET visto_em = created_at;

-- encerra_em: the account is closed and erased at this time; status_antes comes back if the owner reopens it.
ALTER TABLE clientes
  ADD COLUMN idioma text CHECK (idioma IN ('pt-BR', 'en')),
  ADD COLUMN avisar_pendentes text NOT NULL DEFAULT 'NA_HORA' CHECK (avisar_pendentes IN ('NA_HORA', 'RESUMO', 'NUNCA')),
  ADD COLUMN avisar_conexao boolean NOT NULL DEFAULT true,
  ADD COLUMN encerra_em timestamptz,
  ADD COLUMN status_antes text CHECK (status_antes IN ('ATIVO', 'PENDENTE', 'INADIMPLENTE', 'SUSPENSO', 'CANCELADO')),
  ADD CONSTRAINT clientes_encerra_check CHECK ((encerra_em IS NULL) = (status_antes IS NULL));
CREATE INDEX clientes_encerra_idx ON clientes (encerra_em) WHERE encerra_em IS NOT NULL;
