"""What mail programs write around a quoted message, in the languages they speak. Words only: it recognises nothing."""

from __future__ import annotations


def _phrases(text: str) -> frozenset[str]:
    """The phrases of a text, small: `|` and the end of a line part one from the next."""
    return frozenset(phrase.strip().casefold() for line in text.split("\n") for phrase in line.split("|"))


REPLY_ABOVE = "##- Please write your reply above this line -##"
"""The line that mail of ours begins with: what stands below it in a reply is not the reply."""

ABOVE = _phrases("""\
above this line|above the line|ober dieser zeile|oberhalb dieser zeile|oberhalb dieser linie|über dieser zeile
über dieser linie|über diese zeile|über diese linie|au-dessus de cette ligne|au dessus de cette ligne
por encima de esta línea|encima de esta línea|arriba de esta línea|acima desta linha|sopra questa riga
sopra questa linea|sopra a questa riga|boven deze regel|boven deze lijn|over denne linje|over denne linjen
ovenfor denne linje|ovenfor denne linjen|ovanför denna rad|ovanför denna linje|ovanför den här raden
nad tento řádek|nad tímto řádkem|nad tuto čáru|nad touto čarou|nad tento riadok|powyżej tej linii|nad tą linią
выше этой линии|выше этой строки|вище цієї лінії|tämän rivin yläpuolelle|a sor fölé|deasupra acestei linii
bu satırın üzerine|この行より上|この線より上|请在此行上方|請在此行上方|이 줄 위에|phía trên dòng này""")
"""What stands in such a line of other help desks."""

ORIGINAL = _phrases("""\
Original Message|Reply Message|Original Email|Original E-mail|Original mail|Original Nachricht
Original-Nachricht|Ursprüngliche Nachricht|Ursprüngliche Mail|Originalnachricht|Antwort Nachricht
Message d'origine|Message d’origine|Message original|Message initial|Courriel original|Mensaje original
Messaggio originale|Mensagem original|Missatge original|Oorspronkelijk bericht|Origineel bericht
Original meddelelse|Oprindelig meddelelse|Oprindelig besked|Opprinnelig melding|Original melding
Originalmeddelande|Ursprungligt meddelande|Alkuperäinen viesti|Wiadomość oryginalna|Oryginalna wiadomość
Wiadomość pierwotna|Původní zpráva|Původní e-mail|Pôvodná správa|Eredeti üzenet|Mesaj original|Mesajul original
Mesajul initial|Izvorna poruka|Originalna poruka|Izvirno sporočilo|Исходное сообщение|Оригинальное сообщение
Первоначальное сообщение|Вихідне повідомлення|Оригінальне повідомлення|Оригинално съобщение|Αρχικό μήνυμα
Orijinal İleti|Orijinal Mesaj|Özgün İleti|הודעה מקורית|الرسالة الأصلية|رسالة أصلية|原始邮件|原始信件|原始郵件
原始訊息|原邮件|元のメッセージ|元のメール|Original メッセージ|원본 메시지|원본 메일|원본 이메일|Thư gốc
Tin nhắn gốc|Pesan Asli|Mesej Asal|ข้อความต้นฉบับ""")

FORWARDED = _phrases("""\
Forwarded message|Begin forwarded message|Forwarded by|Weitergeleitete Nachricht|Weitergeleitete Mail
Anfang der weitergeleiteten Nachricht|Anfang der weitergeleiteten E-Mail|Message transféré|Message transmis
Début du message transféré|Début du message réexpédié|Mensaje reenviado|Inicio del mensaje reenviado
Messaggio inoltrato|Inizio messaggio inoltrato|Mensagem encaminhada|Mensagem reencaminhada
Início da mensagem encaminhada|Início da mensagem reencaminhada|Doorgestuurd bericht|Begin doorgestuurd bericht
Videresendt meddelelse|Start på videresendt besked|Videresendt melding|Begynnelse på videresendt melding
Vidarebefordrat meddelande|Vidarebefordrat brev|Början på vidarebefordrat brev|Edelleenlähetetty viesti
Välitetty viesti|Välitetty viesti alkaa|Przekazana wiadomość|Wiadomość przekazana dalej
Początek przekazywanej wiadomości|Přeposlaná zpráva|Začátek přeposílané zprávy|Preposlaná správa
Továbbított üzenet|Mesaj redirecționat|Mesaj redirectionat|Proslijeđena poruka|Prosleđena poruka
Пересылаемое сообщение|Пересланное сообщение|Начало переадресованного сообщения|Переслане повідомлення
Препратено съобщение|Προωθημένο μήνυμα|İletilen mesaj|Yönlendirilen ileti|הודעה שהועברה|رسالة معاد توجيهها
转发的邮件|转发邮件信息|轉寄的郵件|轉寄郵件|Forwarded Message 转发|転送メッセージ|転送されたメッセージ
전달된 메시지|전달된 메일|Thư đã chuyển tiếp|Tin nhắn được chuyển tiếp|Pesan yang diteruskan""")

FIELDS = {
    "from": """\
From|Von|Absender|De|Expéditeur|Da|Mittente|Remitente|Remetente|Van|Afzender|Fra|Afsender|Avsender|Från
Avsändare|Lähettäjä|Od|Nadawca|Odesílatel|Odosielateľ|Feladó|De la|Expeditor|Šalje|Pošiljatelj|От|Отправитель
Від|От кого|Από|Kimden|Gönderen|מאת|من|发件人|寄件者|寄件人|发送者|差出人|送信者|보낸 사람|보낸사람|Từ|Người gửi
Dari|จาก""",
    "sent": """\
Sent|Sent at|Sent on|Gesendet|Gesendet am|Gesendet um|Envoyé|Envoyé le|Date d'envoi|Enviado|Enviado el
Enviado em|Enviada em|Enviada|Inviato|Verzonden|Sendt|Skickat|Skickat den|Lähetetty|Wysłano|Wysłane
Data wysłania|Odesláno|Odoslané|Elküldve|Trimis|Poslano|Poslato|Отправлено|Дата отправки|Надіслано|Изпратено
Στάλθηκε|Gönderildi|Gönderme Tarihi|נשלח|تم الإرسال|发送时间|已发送|傳送時間|寄件日期|送信日時|보낸 날짜
보낸날짜|전송|Đã gửi|Ngày gửi|Dikirim|ส่ง""",
    "date": """\
Date|Datum|Fecha|Data|Dato|Дата|Päivämäärä|Päiväys|Dátum|Dată|Datum a čas|Ημερομηνία|Tarih|תאריך|التاريخ|日期
日時|日付|날짜|Ngày|Tanggal|วันที่""",
    "to": """\
To|An|Empfänger|À|A|Destinataire|Para|Destinatario|Destinatário|Aan|Til|Till|Vastaanottaja|Do|Komu|Adresat
Címzett|Către|Prima|Za|Кому|До|Προς|Kime|Alıcı|אל|إلى|收件人|收件者|宛先|받는 사람|받는사람|Đến|Tới|Kepada|ถึง""",
    "subject": """\
Subject|Betreff|Betr.|Objet|Sujet|Asunto|Oggetto|Assunto|Onderwerp|Emne|Ämne|Aihe|Temat|Předmět|Predmet|Tárgy
Subiect|Тема|Относно|Θέμα|Konu|נושא|الموضوع|主题|主旨|件名|제목|Chủ đề|Tiêu đề|Perihal|Subjek|เรื่อง""",
    "other": """\
Cc|Bcc|Kopie|Kopia|Kopi|Copie|Copia|Cópia|Kopio|Копия|Копія|Κοιν.|Bilgi|抄送|副本|参照|참조|Reply-To|Reply to
Antwort an|Importance|Priority|Wichtigkeit|Attachments|Anlagen|Organization|Message-ID""",
}
"""The fields of the header that Outlook and its kin put above a quoted message, by what they mean."""

FIELD = {name: kind for kind, names in FIELDS.items() for name in _phrases(names)}

VERBS = _phrases("""\
wrote|writes|sent|schrieb|schreibt|geschrieben|écrit|ecrit|écrivait|escribió|escribio|scritto|scrisse|escreveu
escriure|schreef|geschreven|skrev|skreiv|kirjoitti|kirjutas|napisał|napisała|pisze|napsal|napsala|napísal
napísala|napisao|napisala|napisal|írta|scris|rašė|rakstīja|написал|написала|написали|пишет|писал|писала|пише
написав|написа|έγραψε|yazdı|yazmış|viết|menulis|tulis|כתב|כתבה|كتب|كتبت""")
"""The verb of `On ... wrote:`."""
CLOSE_VERBS = (
    "写道",
    "寫道",
    "写到",
    "書きました",
    "のメール",
    "작성",
    "님이 쓴 글",
    "เขียนว่า",
    "napisao je",
    "napisala je",
)
"""The same where no blank stands before it, or another word behind it."""
EARLY_VERBS = _phrases("schrieb|schreef|geschreven|skrev|skreiv|kirjoitti|írta")
"""Those behind which the name may stand: `Am 5.6. um 14:41 schrieb Ana Cruz:`."""
ONESELF = _phrases("ich|wir|ik|wij|we|jeg|eg|jag|vi|minä|én")

OPENERS = _phrases("""\
on|am|le|el|il|em|op|den|d.|på|pe|în|la|w|dnia|dne|dňa|dana|vào|lúc|pada|στις|в|во|от|у|на|בתאריך|في|بتاريخ|mon
monday|tue|tuesday|wed|wednesday|thu|thursday|fri|friday|sat|saturday|sun|sunday|mo|di|mi|do|fr|sa|so|montag
dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lun|mar|mer|jeu|ven|sam|dim|mié|mie|jue|vie|sáb|sab|dom|seg
ter|qua|qui|sex|ma|woe|vr|za|zo|ons|tor|fre|lør|søn|lör|sön|ke|to|su|pon|sre|sri|wt|śr|czw|pt|sob|niedz|po|út|st
čt|pá|ne|пн|вт|ср|чт|пт|сб|вс|нд|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье""")
"""The first word of such a line: a preposition or the day of the week; or the date comes first."""
CLOSE_OPENERS = ("在", "于", "於", "ในวันที่", "ב-")

SENT_FROM = tuple(
    _phrases("""\
sent from|sent via|sent with|sent using|sent by|sent on|sent wirelessly|posted from|get outlook for|gesendet von
gesendet mit|gesendet über|versendet mit|verschickt mit|von meinem|von unterwegs|diese nachricht wurde von
envoyé de|envoyé depuis|envoyé à partir|envoyé avec|envoyé via|envoyé sans fil|télécharger outlook
obtenez outlook|enviado desde|enviado do|enviado da|enviado de|enviado a partir|enviado con|enviado com
enviado via|obtener outlook|obter o outlook|inviato da|inviato dal|inviato con|inviato tramite|ottieni outlook
verstuurd vanaf|verstuurd vanuit|verstuurd met|verstuurd via|verzonden vanaf|verzonden vanuit|verzonden met
verzonden via|outlook voor|skickat från|skickat via|skickat med|skickades från|sendt fra|sendt via|sendt med
hent outlook|hämta outlook|lähetetty|hanki outlook|wysłane z|wysłano z|wysłane za|wysłano za|wysłane przez
odesláno z|odesláno pomocí|odoslané z|poslano s|poslano z|poslano iz|trimis de pe|trimis din|отправлено с
отправлено из|отправлено от|отправлено через|надіслано з|надіслано із|изпратено от|στάλθηκε από|đã gửi từ
được gửi từ|dikirim dari|发自|來自|从我的|從我的|寄自""")
)
"""How the line begins that a telephone or a mail program puts below a message ..."""
SENT_FROM_ENDS = (
    "gesendet",
    "gönderildi",
    "küldve",
    "lähetetty",
    "から送信",
    "で送信",
    "에서 보냄",
    "에서 전송",
    "傳送",
    "发送",
)
"""... or how it ends, where the verb comes last ..."""
DEVICES = tuple(
    _phrases("""\
iphon|ipad|ipod|ios|mac|android|samsung|galaxy|nokia|huawei|xiaomi|redmi|oneplus|my pixel|google pixel|htc
xperia|motorola|blackberry|windows|phone|tablet|mobile|mobil|handheld|device|gerät|telefon|téléphone|teléfono
telefoon|celular|móvil|portable|телефон|смартфон|устройств|手机|手機|携帯|スマート|outlook|mail|почт|邮箱|郵件
thunderbird|yahoo|gmx|web.de|proton|sparrow|acompli|superhuman""")
)
"""... and what it names."""

NOTICES = tuple(
    _phrases("""\
confidentiality notice|confidentiality note|confidentiality statement|legal notice|privacy notice
legal disclaimer|this email and any|this e-mail and any|this message and any|this email is confidential
this e-mail is confidential|this message is confidential|this email message is intended
this e-mail message is intended|this message is intended|this email is intended|this e-mail is intended
the information contained in this|the information in this email|the information in this e-mail
this communication is intended|this transmission is intended|diese e-mail enthält vertrauliche
diese e-mail kann vertrauliche|diese e-mail ist vertraulich|diese nachricht ist vertraulich
diese email enthält vertrauliche|der inhalt dieser e-mail ist vertraulich
ce message et toutes les pièces jointes|ce message et ses pièces jointes|ce message est confidentiel
ce courriel est confidentiel|este mensaje y sus|este mensaje es confidencial|este correo electrónico y
este correo electrónico es confidencial|esta mensagem e seus anexos|esta mensagem é confidencial
questo messaggio è confidenziale|questo messaggio e i suoi allegati|le informazioni contenute in questo
dit bericht is vertrouwelijk|dit e-mailbericht is|dit bericht kan vertrouwelijke|dit bericht is uitsluitend
настоящее сообщение содержит|данное сообщение содержит""")
)
"""How the paragraph begins that lawyers put below a message."""
