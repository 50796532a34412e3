-- The inbox: search, resolved conversas, private notes, canned replies, what the business notes about a contato.

-- Lower case without accents: "João" → "joao". As `rag::analyse::fold` does it.
CREATE FUNCTION dobrar(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
  $$ SELECT lower(regexp_replace(normalize($1, NFD), '[\u0300-\u036f]', '', 'g')) $$;

-- Searched by LIKE without an index: under a policy only leakproof operators may use one, and LIKE is none. 100,000 lines of
-- one cliente take 50 to 100 ms (docs/benchmarks.md).
ALTER TABLE historico_mensagens
  ADD COLUMN busca text GENERATED ALWAYS AS (dobrar(conteudo || coalesce(' ' || (detalhes ->> 'transcricao'), ''))) STORED,
  DROP CONSTRAINT historico_mensagens_tipo_check,
  ADD CONSTRAINT historico_mensagens_tipo_check CHECK (tipo IN ('CONTATO', 'IA', 'HUMANO', 'SISTEMA', 'NOTA'));

-- anotacoes: what the business keeps in mind about the person; counted, so that two who write do not overwrite each other.
ALTER TABLE contatos
  ADD COLUMN busca text GENERATED ALWAYS AS (dobrar(coalesce(nome, ''))) STORED,
  ADD COLUMN anotacoes text NOT NULL DEFAULT '' CHECK (char_length(anotacoes) <= 2000),
  ADD COLUMN anotacoes_versao integer NOT NULL DEFAULT 0;

-- Resolved: nobody waits and no person speaks. Whatever happens next opens it again.
ALTER TABLE conversas
  ADD COLUMN resolvida_em timestamptz,
  ADD COLUMN resolvida_por text,
  ADD CONSTRAINT conversas_resolvida_check
    CHECK ((resolvida_em IS NULL) = (resolvida_por IS NULL) AND (resolvida_em IS NULL OR estado = 'IA_ATIVA'));
-- The order of the list.
CREATE INDEX conversas_ordem_idx ON conversas (cliente_id, aguardando_desde, ultima_mensagem_em DESC, id DESC);

-- Texts a person sends often, called up by their atalho.
CREATE TABLE respostas_prontas (
  id uuid PRIMARY KEY,
  cliente_id uuid NOT NULL REFERENCES clientes ON DELETE CASCADE,
  atalho text NOT NULL CHECK (atalho ~ '^[a-z0-9-]{1,32}$'),
  texto text NOT NULL CHECK (char_length(texto) <= 2000),
  versao integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (cliente_id, atalho)
);
ALTER TABLE respostas_prontas ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON respostas_prontas TO proseia_tenant
  USING (cliente_id = cliente_atual()) WITH CHECK (cliente_id = cliente_atual());
GRANT SELECT, INSERT, UPDATE, DELETE ON respostas_prontas TO proseia_tenant;
