DROP TABLE perguntas, conhecimento_rascunhos, conhecimento_versoes;
