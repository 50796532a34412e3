//! Conectar WhatsApp.

super::areas_de_texto! {
    /// Conectar WhatsApp.
    Whatsapp {
        titulo = "Conectar WhatsApp", "Connect WhatsApp";
        sub = "O número continua no seu celular. O Proseia entra como um aparelho conectado, igual ao WhatsApp Web.", "The number stays on your phone. Proseia joins as a linked device, like WhatsApp Web.";
        conectar = "Conectar WhatsApp", "Connect WhatsApp";
        reconectar = "Gerar novo código", "Make a new code";
        nunca = "Nenhum número conectado", "No number connected";
        nunca_texto = "Tenha o celular da loja na mão: você vai ler um código com ele.", "Have the shop's phone at hand: you will scan a code with it.";
        desconectado = "Desconectado", "Disconnected";
        desconectado_badge = "Sem atender", "Not answering";
        desconectado_texto = "Enquanto isso, a IA não responde ninguém.", "Meanwhile the AI answers nobody.";
        desde = "Desde {quando}", "Since {quando}";
        conectando = "Conectando", "Connecting";
        conectando_texto = "Preparando a conexão. Costuma levar alguns segundos.", "Preparing the connection. It usually takes a few seconds.";
        conectando_badge = "Quase lá", "Almost there";
        qr_titulo = "Leia o código com o celular da loja", "Scan the code with the shop's phone";
        qr_alt = "Código QR para conectar o WhatsApp", "QR code to connect WhatsApp";
        qr_espera = "Aguardando leitura. O código se renova sozinho.", "Waiting for the scan. The code renews itself.";
        qr_gerando = "Gerando o código", "Making the code";
        passo_1 = "Abra o WhatsApp no celular da loja.", "Open WhatsApp on the shop's phone.";
        passo_2 = "Toque em Mais opções (Android) ou Ajustes (iPhone) e em Aparelhos conectados.", "Tap More options (Android) or Settings (iPhone), then Linked devices.";
        passo_3 = "Toque em Conectar um aparelho e aponte a câmera para o código.", "Tap Link a device and point the camera at the code.";
        grupos = "Mensagens de grupos são ignoradas. Só conversas individuais passam pela IA.", "Group messages are ignored. Only individual conversations pass through the AI.";
        evolution = "Conexão feita com Evolution API.", "Connection by Evolution API.";
        conectado = "Conectado", "Connected";
        conectado_badge = "Atendendo", "Answering";
        conectado_texto = "As mensagens que chegarem já passam pela IA.", "Incoming messages now pass through the AI.";
        conectado_toast = "WhatsApp conectado", "WhatsApp connected";
        uso_titulo = "Mensagens automáticas hoje", "Automatic messages today";
        uso_conta = "{enviadas} de {limite}", "{enviadas} of {limite}";
        uso_texto = "O limite cresce com o tempo de uso do número, para o WhatsApp não estranhar. Ao chegar nele, a IA chama uma pessoa. Suas mensagens não contam.", "The limit grows as the number gets older, so that WhatsApp finds nothing odd. When it is reached the AI calls a person. Your own messages do not count.";
        pausa_titulo = "Respostas automáticas em pausa", "Automatic answers are paused";
        pausa_texto = "{motivo} A IA volta {quando}; até lá, as conversas vão para uma pessoa.", "{motivo} The AI returns {quando}; until then conversations go to a person.";
        retomar = "Retomar agora", "Resume now";
        retomada_toast = "Respostas automáticas retomadas", "Automatic answers resumed";
        numero = "Número", "Number";
        nome = "Nome no WhatsApp", "Name on WhatsApp";
        desde_rotulo = "Desde", "Since";
        ver_conversas = "Ver conversas", "See conversations";
        desconectar = "Desconectar", "Disconnect";
        desconectar_titulo = "Desconectar {numero}?", "Disconnect {numero}?";
        desconectar_titulo_sem = "Desconectar o WhatsApp?", "Disconnect WhatsApp?";
        desconectar_texto = "A IA deixa de responder até você ler um novo código. As conversas continuam aqui.", "The AI stops answering until you scan a new code. The conversations stay here.";
        desconectado_toast = "WhatsApp desconectado", "WhatsApp disconnected";
        cancelar_conexao = "Cancelar conexão", "Cancel connection";
        qr_falhou = "Não deu para buscar o código. Tentando de novo.", "The code could not be fetched. Trying again.";
    }
}
