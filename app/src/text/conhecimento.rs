//! Meu Conhecimento.

super::areas_de_texto! {
    /// Meu Conhecimento.
    Conhecimento {
        titulo = "Meu Conhecimento", "My Knowledge";
        sub = "A IA responde só com o que está escrito aqui. O que faltar, ela passa para uma pessoa.", "The AI answers only with what is written here. What is missing goes to a person.";
        texto = "Texto da empresa", "Text of the business";
        dica = "Escreva como você explicaria a alguém novo na equipe. Comece cada assunto com # e um título.", "Write as you would explain it to somebody new on the team. Start each subject with # and a title.";
        exemplo = "# Sobre a loja\nOnde fica, horários, telefone.\n\n# Entregas\nBairros, taxas e prazos.\n\n# Preços\nUm item por linha.\n\n# Pagamento\nFormas aceitas.", "# About the shop\nWhere it is, opening hours, phone.\n\n# Deliveries\nAreas, fees and times.\n\n# Prices\nOne item per line.\n\n# Payment\nWhat you accept.";
        salvar = "Salvar", "Save";
        salvar_atalho = "Ctrl S", "Ctrl S";
        contador = "{n} de {limite}", "{n} of {limite}";
        contador_sr = "caracteres", "characters";
        nao_salvo = "Alterações não salvas", "Unsaved changes";
        salvo = "Salvo {quando}", "Saved {quando}";
        nunca_salvo = "Nada salvo ainda", "Nothing saved yet";
        salvo_toast = "Texto salvo", "Text saved";
        falha_toast = "Não deu para salvar", "This could not be saved";
        texto_mantido = "Seu texto continua aqui.", "Your text is still here.";
        conflito = "Este texto foi salvo em outro lugar", "This text was saved somewhere else";
        conflito_texto = "Seu texto continua aqui. Compare antes de decidir: salvar por cima apaga a outra versão.", "Your text is still here. Compare before you decide: saving over it deletes the other version.";
        conflito_ver = "Ver a outra versão", "See the other version";
        conflito_salvar = "Salvar a minha por cima", "Save mine over it";
        conflito_usar = "Usar a outra versão", "Use the other version";
        conflito_outra = "A outra versão", "The other version";
        ix_vazio = "Sem texto", "No text";
        ix_pendente = "Na fila", "In the queue";
        ix_indexando = "Preparando", "Preparing";
        ix_pronto = "Em uso pela IA", "Used by the AI";
        ix_erro = "Falhou", "Failed";
        ix_erro_texto = "A IA segue respondendo com a versão anterior.", "The AI goes on answering from the previous version.";
        trechos = "{n} trechos", "{n} pieces";
        testar = "Experimente uma pergunta", "Try a question";
        testar_sub = "Usa o texto salvo. Nada é enviado a clientes.", "Uses the saved text. Nothing is sent to customers.";
        pergunta = "Pergunta de teste", "Test question";
        pergunta_exemplo = "Vocês abrem no sábado?", "Are you open on Saturday?";
        perguntar = "Perguntar", "Ask";
        pergunta_vazia = "Escreva uma pergunta.", "Write a question.";
        responderia = "A IA responderia", "The AI would answer";
        passaria = "Passaria para uma pessoa", "It would go to a person";
        passaria_texto = "O texto não traz essa resposta com clareza. Acrescente o que falta e pergunte de novo.", "The text does not hold this answer clearly. Add what is missing and ask again.";
        confianca = "Confiança", "Confidence";
        escala_pessoa = "chama uma pessoa", "calls a person";
        escala_ia = "a IA responde", "the AI answers";
        encontrados = "Trechos encontrados", "Pieces found";
        nenhum_trecho = "Nenhum trecho do texto fala disso.", "No piece of the text is about this.";
        trecho_sem_titulo = "Trecho {n}", "Piece {n}";
        modo_palavras = "Busca por palavras", "Search by words";
        modo_hibrida = "Busca por palavras e sentido", "Search by words and meaning";
        ia = "IA", "AI";
        sair_sem_salvar = "Há alterações não salvas no texto. Sair mesmo assim?", "The text has unsaved changes. Leave anyway?";
    }
}
