// What servers commonly get wrong; each mistake has a page in Docs/check.
public import Support

/// A common mistake: its explanation in a sentence, and the page that says more.
public enum Mistake: String, Sendable, CaseIterable {
    case greetingAndNumbers = "greeting-and-numbers"
    case oneClientAtATime = "one-client-at-a-time"
    case waitingForANewline = "waiting-for-a-newline"
    case readsAreNotMessages = "reads-are-not-messages"
    case upperCase = "upper-case"
    case decodingEachRead = "decoding-each-read"
    case bytesThatAreNotText = "bytes-that-are-not-text"
    case comparingBeforeStripping = "comparing-before-stripping"
    case forgettingEndOfStream = "forgetting-end-of-stream"
    case closingWithUnreadInput = "closing-with-unread-input"
    case partialSend = "partial-send"
    case outOfDescriptors = "out-of-descriptors"
    case buffersWithoutBound = "buffers-without-bound"
    case oneClientHoldsUpAll = "one-client-holds-up-all"
    case errorsThatEndTheServer = "errors-that-end-the-server"
    case leaks
    case busyWaiting = "busy-waiting"
    case addressInUse = "address-in-use"
    case leavingWithoutAnswering = "leaving-without-answering"
    case blockedOutput = "blocked-output"

    // No case points to these: they are recognised by the bytes that come.
    case staleBuffer = "stale-buffer"
    case sharedBuffer = "shared-buffer"
    case nulBehindTheText = "nul-behind-the-text"
    case addressOfALoopVariable = "address-of-a-loop-variable"
    case parentKeepsItsCopy = "parent-keeps-its-copy"
    case readingUntilFull = "reading-until-full"
    case readingUntilTheEnd = "reading-until-the-end"
    case ownLineEnds = "own-line-ends"
    case turkishUpperCase = "turkish-upper-case"
    case latin1UpperCase = "latin-1-upper-case"

    /// The name of the page that explains it; some share one.
    public var pageName: String {
        switch self {
        case .staleBuffer, .sharedBuffer, .nulBehindTheText: "stale-and-shared-buffers"
        case .readingUntilTheEnd: Self.readingUntilFull.rawValue
        case .turkishUpperCase, .latin1UpperCase: Self.upperCase.rawValue
        default: rawValue
        }
    }

    /// The page, from the project's root.
    public func page(_ language: Language) -> String {
        switch language {
        case .english: "Docs/check/\(pageName).md"
        case .portuguese: "Docs/check/pt/\(pageName).md"
        }
    }

    /// Why servers fail this way.
    public var why: Text {
        switch self {
        case .greetingAndNumbers:
            Text(
                "The greeting is exactly \"Servidor de eco (cliente N).\" and a newline, and nothing more. It is sent on accept, before anything is read. N counts the clients accepted so far, from 1, and two threads must not count at the same time.",
                pt:
                    "A saudação é exatamente \"Servidor de eco (cliente N).\" e uma quebra de linha, e nada mais. Ela é enviada ao aceitar, antes de ler. N conta os clientes aceitos até agora, a partir de 1, e threads não podem contar ao mesmo tempo."
            )
        case .oneClientAtATime:
            Text(
                "The server serves each client to its end before it accepts the next: it needs a thread per client, or a loop over all of them.",
                pt:
                    "O servidor atende cada cliente até o fim antes de aceitar o próximo: falta uma thread por cliente, ou um laço sobre todos."
            )
        case .waitingForANewline:
            Text(
                "A function that reads lines waits for a newline that may never come, or drops empty lines; answer what each read brings.",
                pt:
                    "Uma função que lê linhas espera uma quebra que talvez nunca venha, ou descarta o que é vazio; responda o que a leitura trouxe."
            )
        case .readsAreNotMessages:
            Text(
                "TCP keeps bytes and their order, but no message boundaries: one read may bring half a line or many.",
                pt:
                    "O TCP preserva os bytes e a sua ordem, não as fronteiras do que foi enviado: uma leitura pode trazer meia linha ou várias."
            )
        case .upperCase:
            Text(
                "Upper case is a mapping of Unicode, not of ASCII, and may be longer than the text (ß becomes SS).",
                pt: "Maiúscula é um mapeamento do Unicode, não do ASCII, e pode ser mais longa que o texto (ß vira SS)."
            )
        case .decodingEachRead:
            Text(
                "Each read is decoded by itself, which breaks a character that two reads share: keep its first bytes, 3 at most, for the next read.",
                pt:
                    "Cada leitura é decodificada sozinha, e um caractere dividido entre duas leituras se quebra: guarde os primeiros bytes, 3 no máximo, para a próxima."
            )
        case .bytesThatAreNotText:
            Text(
                "Decoding fails at bytes that are not text, and the error ends the session or drops them; C strings end at NUL.",
                pt:
                    "A decodificação falha em bytes que não são texto, e o erro encerra a sessão ou os descarta; strings de C terminam em NUL."
            )
        case .comparingBeforeStripping:
            Text(
                "Compare a stripped copy with exactly tchau, in lower case, before upper-casing; answer with the white space that came.",
                pt:
                    "Compare uma cópia sem os espaços das pontas com exatamente tchau, em minúsculas, antes de converter; responda com os espaços que vieram."
            )
        case .forgettingEndOfStream:
            Text(
                "A read of no bytes is the end of the stream: answer what is left, then close.",
                pt: "Uma leitura de zero bytes é o fim do fluxo: responda o que falta, e então feche.")
        case .closingWithUnreadInput:
            Text(
                "Closing a socket with unread bytes in its queue sends a reset: end the sending side, go on reading for a while, then close.",
                pt:
                    "Fechar um socket com bytes não lidos na fila envia um reset: encerre o lado de envio, continue lendo por um tempo, e então feche."
            )
        case .partialSend:
            Text(
                "send may take less than it is given, and says how much: send the rest when there is room again.",
                pt: "send pode aceitar menos do que recebe, e diz quanto: envie o resto quando houver espaço.")
        case .outOfDescriptors:
            Text(
                "accept fails when descriptors run out, and the client stays in the queue: without a pause the server spins, and without handling the error it dies.",
                pt:
                    "accept falha quando os descritores acabam, e o cliente continua na fila: quem não faz pausa gira em falso, quem não trata o erro morre."
            )
        case .buffersWithoutBound:
            Text(
                "Answers that a client does not read are kept in memory without a bound: stop reading from it until they are gone.",
                pt:
                    "As respostas que um cliente não lê se acumulam na memória sem limite: pare de ler dele até que saiam."
            )
        case .oneClientHoldsUpAll:
            Text(
                "One client can block the loop that serves all: never wait for a single client, and read each only once per turn.",
                pt:
                    "Um cliente pode bloquear o laço que atende todos: nunca espere por um só, e leia cada um apenas uma vez por volta."
            )
        case .errorsThatEndTheServer:
            Text(
                "An error of one connection (a reset, a broken pipe) ends more than that connection.",
                pt: "Um erro de uma conexão (um reset, um pipe quebrado) encerra mais que essa conexão.")
        case .leaks:
            Text(
                "Something of each client stays behind: a socket that is not closed on every path, a thread that still waits, a list that grows.",
                pt:
                    "Algo sobra de clientes que já saíram: um socket que não é fechado em todo caminho, uma thread que espera, uma lista que cresce."
            )
        case .busyWaiting:
            Text(
                "The server keeps asking whether there is something to do, instead of waiting until the kernel says so.",
                pt: "O servidor pergunta sem parar se há algo a fazer, em vez de esperar até que o núcleo avise.")
        case .addressInUse:
            Text(
                "The kernel remembers old connections of the port for a minute (TIME_WAIT); SO_REUSEADDR lets a server listen all the same.",
                pt:
                    "O núcleo se lembra de conexões antigas da porta por um minuto (TIME_WAIT); SO_REUSEADDR deixa o servidor escutar mesmo assim."
            )
        case .leavingWithoutAnswering:
            Text(
                "SIGTERM ends a program at once unless the program handles it, and what clients had sent is lost.",
                pt: "SIGTERM termina um programa de imediato se ele não o trata; o que os clientes enviaram se perde.")
        case .blockedOutput:
            Text(
                "Printing waits when the reader of a pipe does not read, and the whole server waits with it.",
                pt: "Imprimir espera quando o leitor de um pipe não lê, e o servidor inteiro espera junto.")
        case .staleBuffer:
            Text(
                "Bytes of an earlier text follow the answer, because the buffer still held them. Use as many bytes as recv returned, not strlen, and not the whole buffer.",
                pt:
                    "Depois da resposta vêm bytes de um texto anterior: o buffer ainda os contém. Use tantos bytes quantos recv devolveu, não strlen, nem o buffer inteiro."
            )
        case .sharedBuffer:
            Text(
                "One client gets bytes of another: they share a buffer or a variable. Each client needs its own.",
                pt:
                    "Um cliente recebe bytes de outro: eles compartilham um buffer ou uma variável. O que é de um cliente tem de ser só dele."
            )
        case .nulBehindTheText:
            Text(
                "A NUL is sent after the text: send as many bytes as recv returned, not strlen + 1, and not the whole buffer.",
                pt:
                    "Um NUL é enviado depois do texto: envie tantos bytes quantos recv devolveu, não strlen + 1, nem o buffer inteiro."
            )
        case .addressOfALoopVariable:
            Text(
                "Two threads serve one client, and none serves another: each got the address of a variable that the accept loop had changed by then. Give each thread a copy.",
                pt:
                    "Duas threads atendem um cliente, e nenhuma atende outro: cada uma recebeu o endereço de uma variável que o laço de accept já tinha mudado. Dê uma cópia a cada thread."
            )
        case .parentKeepsItsCopy:
            Text(
                "After fork both processes have the connection, and it ends only when both have closed it: the parent must close its copy.",
                pt:
                    "Depois do fork os dois processos têm a conexão, e ela só termina quando os dois a fecham: o pai tem de fechar a sua cópia."
            )
        case .readingUntilFull:
            Text(
                "The server goes on reading until its buffer is full, or while each read fills it, and only then answers: answer what each read brings.",
                pt:
                    "O servidor continua lendo até encher o seu buffer, ou enquanto cada leitura o enche, e só então responde: responda o que uma leitura trouxe."
            )
        case .readingUntilTheEnd:
            Text(
                "The server reads until the client ends its side, and only then answers: answer what each read brings.",
                pt:
                    "O servidor lê até que o cliente encerre o seu lado, e só então responde: responda o que uma leitura trouxe."
            )
        case .ownLineEnds:
            Text(
                "The server changes line ends: a newline is LF alone, and a line goes back with the end that it came with.",
                pt:
                    "O servidor muda os fins de linha: a quebra de linha é só LF, e uma linha volta com o fim com que veio."
            )
        case .turkishUpperCase:
            Text(
                "The upper case of i is İ only in Turkish: use the mapping that does not depend on a language (Java: Locale.ROOT).",
                pt:
                    "A maiúscula de i só é İ em turco: use o mapeamento que não depende do idioma (Java: Locale.ROOT)."
            )
        case .latin1UpperCase:
            Text(
                "The bytes are taken for Latin-1, where each byte is a character; in UTF-8 they are parts of one. Decode and encode as UTF-8.",
                pt:
                    "Os bytes são tomados por Latin-1, em que cada um é um caractere: em UTF-8 são partes de um. Decodifique e codifique como UTF-8."
            )
        }
    }
}
