-- What contatos and the phone of the business send beside text: one file for each line, in MIDIA_DIR; its name there is `id`.
CREATE TABLE midias (
  id uuid PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  mensagem_id uuid NOT NULL UNIQUE REFERENCES historico_mensagens ON DELETE CASCADE,
  tipo text NOT NULL CHECK (tipo IN ('AUDIO', 'IMAGEM', 'VIDEO', 'DOCUMENTO', 'FIGURINHA')),
  estado text NOT NULL DEFAULT 'PENDENTE' CHECK (estado IN ('PENDENTE', 'GUARDADA', 'GRANDE', 'INDISPONIVEL')),
  mimetype text,
  nome text,
  bytes bigint,
  segundos integer,
  sha256 bytea,
  created_at timestamptz NOT NULL DEFAULT now(),
  CHECK (estado <> 'GUARDADA' OR (bytes IS NOT NULL AND sha256 IS NOT NULL))
);
CREATE INDEX midias_cliente_idx ON midias (cliente_id, created_at);

ALTER TABLE midias ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON midias TO proseia_tenant USING (cliente_id = cliente_atual()) WITH CHECK (cliente_id = cliente_atual());
GRANT SELECT, INSERT, UPDATE, DELETE ON midias TO proseia_tenant;
