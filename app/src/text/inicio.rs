//! The start page: the way to the first answer, the figures, how ready the knowledge is.

super::areas_de_texto! {
    /// The start page: the way to the first answer, the figures, how ready the knowledge is.
    Inicio {
        titulo = "Início", "Start";
        ola = "Olá, {nome}", "Hello, {nome}";
        dias_semana = "domingo|segunda-feira|terça-feira|quarta-feira|quinta-feira|sexta-feira|sábado", "Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday";
        dias_curtos = "dom|seg|ter|qua|qui|sex|sáb", "Sun|Mon|Tue|Wed|Thu|Fri|Sat";
        meses = "janeiro|fevereiro|março|abril|maio|junho|julho|agosto|setembro|outubro|novembro|dezembro", "January|February|March|April|May|June|July|August|September|October|November|December";
        hoje_e = "{semana}, {dia} de {mes}.", "{semana}, {dia} {mes}.";
        ia_atende = "A IA está respondendo no número {numero}.", "The AI is answering on {numero}.";
        ia_parada = "O WhatsApp não está conectado.", "WhatsApp is not connected.";
        periodo = "Período", "Period";
        hoje = "Hoje", "Today";
        dias = "{n} dias", "{n} days";
        // Steps
        passos = "Para a IA começar a atender", "To get the AI answering";
        passos_n = "{n} de {total} etapas", "{n} of {total} steps";
        concluido = "{n}% concluído", "{n}% done";
        feito = "Feito", "Done";
        passo_texto = "Escreva o que sua empresa sabe", "Write what your business knows";
        passo_texto_como = "Cole horários, preços, endereço e regras, como você explicaria a alguém novo.", "Paste opening hours, prices, address and rules, as you would tell somebody new.";
        passo_texto_acao = "Escrever", "Write";
        passo_testar = "Faça uma pergunta de teste", "Ask a test question";
        passo_testar_como = "Pergunte como um cliente e veja o que a IA responderia. Nada é enviado.", "Ask as a customer would and see what the AI would answer. Nothing is sent.";
        passo_testar_acao = "Testar", "Try";
        passo_conectar = "Conecte o WhatsApp", "Connect WhatsApp";
        passo_conectar_como = "Leia o código com o celular da empresa, em Aparelhos conectados.", "Scan the code with the company's phone, under Linked devices.";
        passo_conectar_acao = "Conectar", "Connect";
        passo_ver = "Veja a primeira resposta da IA", "See the AI's first answer";
        passo_ver_como = "De outro celular, mande uma pergunta para o número conectado.", "From another phone, send a question to the connected number.";
        passo_ver_pronta = "A IA já respondeu alguém. Abra a conversa para ver.", "The AI has answered somebody. Open the conversation to see it.";
        passo_ver_acao = "Ver conversas", "See conversations";
        passos_prontos = "Tudo pronto: a IA está atendendo", "All set: the AI is answering";
        passos_prontos_texto = "As quatro etapas estão feitas. O que vier depois aparece aqui em números.", "The four steps are done. What comes next shows here in figures.";
        passos_guardar = "Guardar esta lista", "Put this list away";
        passos_esconder = "Esconder", "Hide";
        // Readiness
        pronta = "O que a IA já sabe responder", "What the AI can already answer";
        pronta_sub = "Perguntas que clientes do seu ramo costumam fazer, testadas no seu texto.", "Questions that customers of your trade ask, tried on your text.";
        pronta_n = "{n} de {total} perguntas respondidas", "{n} of {total} questions answered";
        ramo = "Qual é o seu ramo?", "What is your trade?";
        ramo_ajuda = "A IA testa seu texto com as perguntas que esses clientes mais fazem.", "The AI tries your text with the questions those customers ask most.";
        ramo_escolha = "Escolha um ramo", "Choose a trade";
        ramo_testar = "Testar meu texto", "Try my text";
        ramo_trocar = "Trocar ramo", "Change trade";
        ramo_falta = "Escolha um ramo na lista para continuar.", "Choose a trade from the list to go on.";
        ramos = "Pizzaria ou delivery|Restaurante, bar ou café|Clínica ou consultório|Salão ou barbearia|Pet shop ou veterinária|Oficina mecânica|Academia ou estúdio|Loja de roupas e outros|Floricultura e presentes|Escola ou curso|Pousada ou hotel|Mercado ou padaria|Outro", "Pizza or delivery|Restaurant, bar or café|Clinic or practice|Hair or beauty salon|Pet shop or vet|Car repair|Gym or studio|Clothes and other shops|Flowers and gifts|School or course|Inn or hotel|Grocery or bakery|Other";
        sem_texto = "Ainda não há texto para testar.", "There is no text to try yet.";
        sem_texto_acao = "Escrever meu conhecimento", "Write my knowledge";
        lendo = "A IA está lendo o texto novo", "The AI is reading the new text";
        faltam = "Sem resposta no seu texto", "Without an answer in your text";
        ja_sabe = "Ver as {n} que a IA já responde", "See the {n} that the AI answers";
        nao_valem = "Ver as {n} que não valem para você", "See the {n} that are not for you";
        tudo_sabe = "A IA responde todas. Releia de vez em quando o que clientes perguntam e ela não soube.", "The AI answers all of them. Look now and then at what customers asked and it did not know.";
        responder = "Responder", "Answer";
        resposta_de = "Resposta para: {pergunta}", "Answer to: {pergunta}";
        exemplo = "Por exemplo: {texto}", "For example: {texto}";
        ensinar = "Salvar no conhecimento", "Save to knowledge";
        nao_vale = "Não vale para mim", "Not for my business";
        volta_a_valer = "Voltar a perguntar", "Ask again";
        ensinada = "Resposta salva. A IA está lendo.", "Answer saved. The AI is reading it.";
        aprendendo = "Aprendendo", "Learning";
        resposta_vazia = "Escreva a resposta antes de salvar.", "Write the answer before you save.";
        ainda_nao = "A IA ainda não encontra esta resposta. Abra o conhecimento e escreva com as palavras da pergunta.", "The AI does not find this answer yet. Open the knowledge and use the words of the question.";
        // Figures
        figuras = "Números do período", "Figures of the period";
        recebidas = "Mensagens recebidas", "Messages received";
        conversas = "Conversas", "Conversations";
        conversas_foot = "cada pessoa conta uma vez por dia", "each person counts once a day";
        ia = "Respondidas pela IA", "Answered by the AI";
        ia_parte = "{n}% do que chegou", "{n}% of what came";
        pessoa = "Respondidas por pessoas", "Answered by people";
        passadas = "Passadas para você", "Handed over to you";
        espera = "Primeira resposta da IA", "The AI's first answer";
        espera_pessoas = "Pessoas: {tempo}", "People: {tempo}";
        espera_sem_pessoas = "metade esperou menos que isso", "half of them waited less";
        sem_saber = "Perguntas sem resposta", "Unanswered questions";
        sem_saber_foot = "Ensinar a IA", "Teach the AI";
        custo = "Custo da IA", "Cost of the AI";
        custo_foot = "de {limite} neste mês: {n}%", "of {limite} this month: {n}%";
        custo_sem_limite = "neste mês: {valor}", "this month: {valor}";
        antes_hoje = "que ontem a esta hora", "than yesterday at this time";
        antes_dias = "que nos {n} dias anteriores", "than in the {n} days before";
        antes_igual = "como antes", "as before";
        antes_nada = "nada antes para comparar", "nothing before to compare";
        mais_por_cento = "{n}% a mais", "{n}% more";
        menos_por_cento = "{n}% a menos", "{n}% less";
        mais_pontos = "{n} pontos a mais", "{n} points more";
        menos_pontos = "{n} pontos a menos", "{n} points less";
        sem_dado = "sem dados", "no data";
        segundos = "s", "s";
        minutos = "min", "min";
        horas = "h", "h";
        // Charts
        g_mensagens = "Mensagens por dia", "Messages by day";
        g_mensagens_hora = "Mensagens por hora, hoje", "Messages by hour, today";
        g_mensagens_sub = "Quem respondeu cada mensagem que chegou. Um \"obrigado\" que não pede resposta conta como sem resposta.", "Who answered each message that came. A \"thank you\" that asks for no answer counts as without one.";
        g_semana = "Quando seus clientes escrevem", "When your customers write";
        g_semana_sub = "Mensagens por dia da semana e hora.", "Messages by weekday and hour.";
        g_custo = "Custo por dia", "Cost by day";
        g_custo_hora = "Custo por hora, hoje", "Cost by hour, today";
        leg_ia = "IA", "AI";
        leg_pessoa = "Pessoa", "Person";
        leg_sem = "Sem resposta", "Without an answer";
        leg_custo = "Custo", "Cost";
        tabela_ver = "Ver como tabela", "Show as a table";
        tabela_fechar = "Fechar a tabela", "Close the table";
        t_dia = "Dia", "Day";
        t_hora = "Hora", "Hour";
        t_total = "Total", "Total";
        sem_mensagens = "Nenhuma mensagem neste período.", "No message in this period.";
        outro_periodo = "Ver 30 dias", "See 30 days";
        // Budget
        orcamento = "Gasto com a IA neste mês", "Spent on the AI this month";
        orcamento_de = "{gasto} de {limite}", "{gasto} of {limite}";
        orcamento_livre = "Sem limite definido", "No limit set";
        orcamento_80 = "Passou de 80% do limite. Em 100%, as perguntas passam para você até o mês acabar.", "More than 80% of the limit. At 100%, questions come to you until the month ends.";
        orcamento_100 = "O limite acabou: até o fim do mês as perguntas passam para você.", "The limit is reached: until the month ends questions come to you.";
        orcamento_zero = "A IA ainda não usou nada que se pague por uso.", "The AI has not used anything that is paid by use.";
        orcamento_sem_preco = "{n} chamadas sem preço conhecido não estão na conta.", "{n} calls without a known price are not in it.";
        // Who waits
        espera_titulo = "Aguardando você", "Waiting for you";
        espera_ninguem = "Ninguém espera por você agora.", "Nobody is waiting for you now.";
        espera_todas = "Ver todas", "See all";
        agora = "Conversas agora", "Conversations now";
        agora_aguardando = "Aguardando você", "Waiting for you";
        agora_ia = "Com a IA", "With the AI";
        agora_humano = "Com você", "With you";
    }
}
