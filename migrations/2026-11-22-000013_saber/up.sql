-- Versions and draft of the knowledge text, and what the owner has done about questions without an answer (issue 4).

-- Every save, the current text among them, so that the text before is never lost.
CREATE TABLE conhecimento_versoes (
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  versao integer NOT NULL,
  conteudo_texto text NOT NULL,
  caracteres integer NOT NULL GENERATED ALWAYS AS (char_length(conteudo_texto)) STORED,
  origem text NOT NULL CHECK (origem IN ('EDICAO', 'IMPORTACAO', 'RESTAURACAO', 'ENSINO')),
  restaurada_de integer,
  autor text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (cliente_id, versao)
);
INSERT INTO conhecimento_versoes (cliente_id, versao, conteudo_texto, origem, created_at)
  SELECT cliente_id, versao, conteudo_texto, 'EDICAO', updated_at FROM conhecimentos;

-- What was typed and not saved; versao is the one it was typed over.
CREATE TABLE conhecimento_rascunhos (
  cliente_id uuid PRIMARY KEY REFERENCES clientes ON DELETE CASCADE,
  conteudo_texto text NOT NULL CHECK (char_length(conteudo_texto) <= 200000),
  versao integer NOT NULL,
  updated_at timestamptz NOT NULL
);

-- mensagem_id: the reply that did not answer. The question itself is only in historico_mensagens, and goes with it.
CREATE TABLE perguntas (
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  mensagem_id uuid NOT NULL UNIQUE REFERENCES historico_mensagens ON DELETE CASCADE,
  estado text NOT NULL DEFAULT 'ABERTA' CHECK (estado IN ('ABERTA', 'ENSINADA', 'DISPENSADA')),
  marcada boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (cliente_id, mensagem_id)
);

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['conhecimento_versoes', 'conhecimento_rascunhos', 'perguntas'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY tenant ON %I TO proseia_tenant USING (cliente_id = cliente_atual()) WITH CHECK (cliente_id = cliente_atual())', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO proseia_tenant', t);
  END LOOP;
END $$;
