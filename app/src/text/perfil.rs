//! Meu Perfil, and the page of a closed account.

super::areas_de_texto! {
    /// Meu Perfil, and the page of a closed account.
    Perfil {
        sub = "Sua conta, seus dispositivos e seus dados.", "Your account, your devices and your data.";
        dados_ajuda = "O nome aparece nas mensagens onde você usa {loja}.", "The name appears in messages where you use {loja}.";
        email_nota = "Para mudar o e-mail, fale com o suporte.", "To change the e-mail, talk to support.";
        telefone_ajuda = "Com DDD. Opcional.", "With area code. Optional.";
        erro_nome = "Informe o nome da sua empresa, com 2 a 80 caracteres.", "Enter the name of your business, 2 to 80 characters.";
        erro_telefone = "Informe o telefone com DDD, como (11) 99999-0000.", "Enter the phone with its area code, like (11) 99999-0000.";
        salvar_dados = "Salvar dados", "Save data";
        dados_salvos = "Dados salvos", "Data saved";
        preferencias = "Preferências", "Preferences";
        idioma = "Idioma", "Language";
        idioma_ajuda = "Do painel. As mensagens aos seus clientes são sempre em português.", "Of the panel. Messages to your customers are always in Portuguese.";
        pt = "Português", "Português";
        en = "English", "English";
        tema = "Tema", "Theme";
        tema_claro = "Claro", "Light";
        tema_escuro = "Escuro", "Dark";
        tema_sistema = "Do sistema", "System";
        atalhos = "Atalhos de teclado", "Keyboard shortcuts";
        atalhos_ajuda = "Letras como j, k e r em Conversas. Vale neste navegador.", "Letters such as j, k and r in Conversations. In this browser.";
        avisos = "Avisos por e-mail", "E-mail notices";
        avisos_para = "Para {email}.", "To {email}.";
        pendentes = "Quando alguém espera por uma pessoa", "When somebody waits for a person";
        na_hora = "Na hora", "At once";
        na_hora_ajuda = "Um e-mail com o primeiro que espera, depois no máximo um a cada meia hora", "A mail with the first who waits, then at most one every half hour";
        resumo = "Resumo a cada 3 horas", "Summary every 3 hours";
        resumo_ajuda = "Só com quem ainda espera", "Only with those who still wait";
        nunca = "Não avisar", "Do not tell me";
        nunca_ajuda = "Você vê no painel quem espera", "You see in the panel who waits";
        conexao = "Quando o WhatsApp desconecta ou para de entregar", "When WhatsApp disconnects or stops delivering";
        conexao_ajuda = "Sem este e-mail você só descobre ao abrir o painel, e seus clientes ficam sem resposta até lá.", "Without this mail you only find out when you open the panel, and your customers get no answer until then.";
        sempre = "Sempre enviados: senha trocada, conta encerrada e limite de gasto com IA.", "Always sent: password changed, account closed and AI spending limit.";
        salvar_avisos = "Salvar avisos", "Save notices";
        avisos_salvos = "Avisos salvos", "Notices saved";
        dispositivos = "Dispositivos conectados", "Signed-in devices";
        dispositivos_sub = "Onde sua conta está aberta agora. Cada entrada vale por 7 dias.", "Where your account is open now. Each sign-in lasts 7 days.";
        este = "Este dispositivo", "This device";
        desconhecido = "Navegador desconhecido", "Unknown browser";
        aparelho = "{navegador} no {sistema}", "{navegador} on {sistema}";
        entrou = "Entrou {quando}", "Signed in {quando}";
        visto = "visto {quando}", "seen {quando}";
        de_ip = "de {ip}", "from {ip}";
        sair_deste = "Sair deste", "Sign out";
        sair_deste_sr = "Sair de {nome}", "Sign out {nome}";
        sair_outros = "Sair dos outros", "Sign out the others";
        saiu_outros = "Os outros dispositivos saíram", "The other devices are signed out";
        saiu_deste = "O dispositivo saiu", "The device is signed out";
        so_este = "Sua conta só está aberta aqui.", "Your account is only open here.";
        exportar = "Cópia dos seus dados", "A copy of your data";
        exportar_sub = "Uma cópia de tudo que guardamos da sua conta: perfil, configurações, conhecimento, contatos, conversas e mensagens.", "A copy of everything we keep of your account: profile, settings, knowledge, contacts, conversations and messages.";
        exportar_nota = "Um arquivo JSON, até cinco vezes por hora. Fotos e áudios são listados, mas não vão dentro dele.", "One JSON file, up to five times an hour. Pictures and audio are listed but not contained in it.";
        baixar = "Baixar meus dados", "Download my data";
        encerrar = "Encerrar conta", "Close account";
        encerrar_sub = "A IA para na hora, o WhatsApp é desconectado e todos os dispositivos saem. Depois de 30 dias apagamos tudo. Até lá, entre de novo para reabrir.", "The AI stops at once, WhatsApp is disconnected and all devices are signed out. After 30 days we erase everything. Until then, sign in again to reopen.";
        encerrar_abrir = "Quero encerrar minha conta", "I want to close my account";
        encerrar_nome = "Escreva o nome da sua empresa: {nome}", "Write the name of your business: {nome}";
        encerrar_nome_errado = "Escreva o nome como está na conta: {nome}.", "Write the name as it is on the account: {nome}.";
        encerrar_senha = "Sua senha", "Your password";
        senha_errada = "A senha não confere.", "The password is wrong.";
        encerrar_acao = "Encerrar minha conta", "Close my account";
        encerrada_titulo = "Sua conta está encerrada", "Your account is closed";
        encerrada_texto = "A IA não responde e seu WhatsApp está desconectado. Tudo será apagado {quando}.", "The AI does not answer and your WhatsApp is disconnected. Everything will be erased {quando}.";
        encerrada_volta = "Mudou de ideia? Reabra a conta: conhecimento, conversas e configurações voltam como estavam. Depois conecte o WhatsApp de novo.", "Changed your mind? Reopen the account: knowledge, conversations and settings come back as they were. Then connect WhatsApp again.";
        reabrir = "Reabrir conta", "Reopen account";
        aberta_titulo = "Sua conta está aberta", "Your account is open";
        aberta_texto = "Nada será apagado.", "Nothing will be erased.";
        ir_painel = "Ir para o painel", "Go to the panel";
        login_encerrada = "Conta encerrada. Enviamos um e-mail com a data em que tudo será apagado. Para reabrir até lá, entre com o mesmo e-mail e senha.", "Account closed. We sent an e-mail with the date on which everything will be erased. To reopen until then, sign in with the same e-mail and password.";
    }
}
