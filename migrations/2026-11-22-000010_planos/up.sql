-- What is sold. The same for everybody, so there is no tenant. A plan that is no longer sold stays, inactive, for those
-- who have it. Prices in centavos; a year never costs more than twelve months.
CREATE TABLE planos (
  codigo text PRIMARY KEY CHECK (codigo ~ '^[a-z][a-z0-9_]{1,30}$'),
  nome text NOT NULL CHECK (nome <> ''),
  resumo text NOT NULL,
  resumo_en text NOT NULL,
  preco_mensal_centavos integer NOT NULL CHECK (preco_mensal_centavos > 0),
  preco_anual_centavos integer NOT NULL CHECK (preco_anual_centavos BETWEEN 1 AND 12 * preco_mensal_centavos),
  mensagens_mes integer NOT NULL CHECK (mensagens_mes > 0),
  conhecimento_caracteres integer NOT NULL CHECK (conhecimento_caracteres BETWEEN 1 AND 50000),
  numeros integer NOT NULL CHECK (numeros > 0),
  orcamento_ia_centavos integer NOT NULL CHECK (orcamento_ia_centavos >= 0),
  dias_teste integer NOT NULL CHECK (dias_teste BETWEEN 0 AND 90),
  ordem integer NOT NULL,
  recomendado boolean NOT NULL DEFAULT false,
  ativo boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX planos_recomendado_key ON planos (recomendado) WHERE recomendado AND ativo;

INSERT INTO planos (codigo, nome, resumo, resumo_en, preco_mensal_centavos, preco_anual_centavos, mensagens_mes,
  conhecimento_caracteres, numeros, orcamento_ia_centavos, dias_teste, ordem, recomendado) VALUES
  ('balcao', 'Balcão', 'Para quem atende sozinho', 'For those who answer alone', 14900, 149000, 1000, 20000, 1, 2000, 7, 1, false),
  ('loja', 'Loja', 'Para quem recebe mensagem o dia inteiro', 'For those who get messages all day', 28900, 289000, 3000, 50000, 1, 6000, 7, 2, true),
  ('movimento', 'Movimento', 'Para quem vende principalmente pelo WhatsApp', 'For those who sell mostly on WhatsApp', 59000, 590000, 10000, 50000, 1, 18000, 7, 3, false);
