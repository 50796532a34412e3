//! Menu, start page, what is not there yet, and the admin's first page.

super::areas_de_texto! {
    /// Menu, start page, what is not there yet, and the admin's first page.
    Painel {
        menu = "Menu", "Menu";
        menu_principal = "Menu principal", "Main menu";
        menu_celular = "Menu principal, celular", "Main menu, phone";
        perfil = "Meu Perfil", "My Profile";
        conhecimento = "Meu Conhecimento", "My Knowledge";
        whatsapp = "Conectar WhatsApp", "Connect WhatsApp";
        conversas = "Conversas", "Conversations";
        config = "Config Bot", "Bot Settings";
        tutoriais = "Tutoriais", "Tutorials";
        suporte = "Suporte", "Support";
        sair = "Sair", "Sign out";
        curto_conhecimento = "Saber", "Know";
        curto_whatsapp = "WhatsApp", "WhatsApp";
        mais = "Mais", "More";
        aguardando_n = "{n} aguardando", "{n} waiting";
        conta_de = "{iniciais}, conta de {nome}", "{iniciais}, account of {nome}";
        inicio = "Início", "Start";
        ola = "Olá, {nome}", "Hello, {nome}";
        passos = "Para começar a atender", "To start answering";
        abrir = "Abrir", "Open";
        resumo = "Conversas agora", "Conversations now";
        espera_titulo = "Aguardando você", "Waiting for you";
        espera_ninguem = "Ninguém espera por você agora.", "Nobody is waiting for you now.";
        espera_todas = "Ver todas", "See all";
        aviso_conectar = "Conectar WhatsApp", "Connect WhatsApp";
        aviso_ver_conversas = "Ver conversas", "See conversations";
        aviso_caiu = "Seu WhatsApp está desconectado", "Your WhatsApp is disconnected";
        aviso_caiu_texto = "Desde as {hora} ninguém recebe resposta por aqui.", "Since {hora} nobody gets an answer here.";
        aviso_surda = "As mensagens estão chegando com atraso", "Messages are arriving late";
        aviso_surda_texto = "Em Conectar WhatsApp, desconecte, conecte de novo e leia o código.", "In Connect WhatsApp, disconnect, connect again and scan the code.";
        aviso_silencio = "Faz tempo que não chega mensagem", "No message has come for a while";
        aviso_silencio_texto = "Nenhuma desde as {hora}, e neste horário costumam chegar várias. Mande uma mensagem de outro celular para testar.", "None since {hora}, when several usually come. Send a message from another phone to try it.";
        aviso_recibo = "Suas respostas não estão chegando", "Your replies are not arriving";
        aviso_recibo_texto = "As últimas {n} ainda não chegaram a nenhum celular. Veja se o celular da empresa tem internet.", "The last {n} have not reached any phone yet. See whether the company's phone is online.";
        aviso_recuperadas = "Chegaram mensagens durante uma queda", "Messages came during an outage";
        aviso_recuperadas_texto = "{n} não foram respondidas, porque já eram antigas quando as encontramos.", "{n} were not answered, because they were already old when we found them.";
        aviso_orcamento = "O limite de IA deste mês está acabando", "This month's AI limit is nearly reached";
        aviso_orcamento_texto = "A IA já usou R$ {gasto} de R$ {limite}. Depois disso, as perguntas passam para você.", "The AI has used R$ {gasto} of R$ {limite}. After that, questions come to you.";
        aviso_email = "Nossos e-mails não chegam até você", "Our e-mails do not reach you";
        aviso_email_texto = "O servidor de {email} recusou o último. Confira se o endereço está certo e se a caixa não está cheia; para trocar o endereço, fale com o suporte.", "The server of {email} refused the last one. See whether the address is right and the mailbox not full; to change the address, write to support.";
        aviso_esgotado = "O limite de IA deste mês acabou", "This month's AI limit is reached";
        aviso_esgotado_texto = "A IA usou os R$ {limite} deste mês. Até o próximo, as perguntas passam para você.", "The AI has used this month's R$ {limite}. Until the next one, questions come to you.";
        aviso_mensagens = "As mensagens do seu plano estão acabando", "Your plan's messages are nearly used up";
        aviso_mensagens_texto = "A IA já enviou {n} das {limite} mensagens deste mês. Depois disso, as perguntas passam para você.", "The AI has sent {n} of this month's {limite} messages. After that, questions come to you.";
        aviso_mensagens_fim = "As mensagens do seu plano acabaram", "Your plan's messages are used up";
        aviso_mensagens_fim_texto = "A IA enviou as {limite} mensagens deste mês. Até o próximo, ou até mudar de plano, as perguntas passam para você.", "The AI has sent this month's {limite} messages. Until the next month, or another plan, questions come to you.";
        aviso_ver_plano = "Ver o plano", "See the plan";
        suporte_titulo = "Fale com a gente", "Talk to us";
        suporte_texto = "Escreva de onde você entra no painel e conte o que aconteceu. A resposta chega por e-mail.", "Write from the address you sign in with and tell us what happened. The answer comes by e-mail.";
        suporte_sem = "Nenhum e-mail de suporte configurado", "No support e-mail configured";
        suporte_sem_texto = "Quem cuida desta instalação ainda não informou um endereço. Enquanto isso, os tutoriais ajudam.", "Whoever runs this installation has not given an address yet. Meanwhile, the tutorials help.";
        admin = "Admin", "Admin";
        admin_titulo = "Painel do administrador", "Admin panel";
        admin_sub = "Você entrou como {nome} ({email}).", "You are signed in as {nome} ({email}).";
        admin_vazio = "A gestão de clientes ainda não está aqui", "Client management is not here yet";
        admin_vazio_texto = "Indicadores, clientes, tickets e auditoria entram neste painel nas próximas fases.", "Figures, clients, tickets and audit come to this panel in the next phases.";
        admin_visao = "Visão geral", "Overview";
    }
}
