### Lo que dice el puente en español. Breve, cálido, sin «tú» ni «vos» cuando se puede: que lo entienda cualquiera.
### Cada orden: qué hace; .word la palabra que se enseña; .also otras que también se entienden; .example cómo se escribe.

## Órdenes

command-propose = proponer algo; también como respuesta a un mensaje
    .word = propuesta
    .also = proponer, propongo
    .example = !propuesta Agua limpia para la escuela
command-support = apoyar una propuesta, igual que con un 👍
    .word = apoyar
    .also = apoyo
    .example = !apoyar AGUA-7
command-unsupport = dejar de apoyarla
    .word = noapoyar
    .also = desapoyar, quitarapoyo
    .example = !noapoyar AGUA-7
command-list = ver qué se propone
    .word = propuestas
    .also = listapropuestas
    .example = !propuestas
command-show = ver una propuesta entera
    .word = ver
    .also = mostrar
    .example = !ver AGUA-7
command-amend = proponer un cambio en una propuesta
    .word = enmienda
    .also = enmendar
    .example = !enmienda AGUA-7 la plaza -> el parque
command-accept = aceptar un cambio en tu propuesta
    .word = aceptar
    .also = acepto
    .example = !aceptar 3
command-decline = no aceptar un cambio en tu propuesta
    .word = declinar
    .also = declino, rechazar
    .example = !declinar 3
command-promote = pedir que un cambio no aceptado sea otra propuesta
    .word = promover
    .also = promuevo
    .example = !promover 3
command-edit = cambiar el texto de tu propuesta
    .word = editar
    .also = corregir
    .title = titulo
    .example = !editar AGUA-7 Queremos agua limpia todos los días.
command-withdraw = retirar tu propuesta
    .word = retirar
    .also = retiro
    .example = !retirar AGUA-7
command-numbers = ver cuánta gente participa
    .word = numeros
    .also = estadisticas
    .example = !numeros
command-link = contar una sola vez con WhatsApp y Matrix
    .word = vincular
    .also = vinculo
    .confirm = si, soyyo
    .example = !vincular
command-unlink = volver a contar por separado
    .word = desvincular
    .also = novincular
    .example = !desvincular
command-take-name = aparecer con otro nombre
    .word = nombre
    .also = apodo, seudonimo, minombre
    .example = !nombre Sol
command-drop-name = volver a tu nombre
    .word = sinnombre
    .also = sinapodo
    .example = !sinnombre
command-stay-out = que lo tuyo quede solo acá
    .word = no
    .also = salir
    .example = !no
command-come-back = volver a compartir lo que escribas
    .word = si
    .also = volver
    .example = !si
command-help = ver esta ayuda
    .word = ayuda
    .also = comandos
    .example = !ayuda

## Temas de la ayuda

topic-proposals = proponer y apoyar
    .word = propuestas
    .also = propuesta, proponer, apoyar, apoyo
    .tip = El texto va debajo del título, en el mismo mensaje. Un 👍 a una propuesta es un apoyo; quien le responde, la comenta.
topic-amendments = mejorar lo propuesto
    .word = cambios
    .also = cambio, enmiendas, enmienda, editar
    .tip = Con «->» se cambia una parte del texto; sin eso, se agrega un párrafo.
topic-names = tu nombre
    .word = nombre
    .also = nombres, privacidad, salir
    .tip = Nadie ve tu número por medio del puente.
topic-accounts = tus cuentas
    .word = cuentas
    .also = cuenta, vincular
    .tip = El código se pide en un lado y se escribe en el otro antes de que pasen 10 minutos. Es público y voluntario.

## Avisos

welcome =
    ¡Les damos la bienvenida a *{ $theme }*! Este tema es público: lo que se escribe acá se lee también en internet y en los otros grupos del tema, con el nombre de cada quien y nunca con su número.
    Para usar otro nombre: *{ command-take-name.example }*. Para que lo tuyo quede solo acá: *{ command-stay-out.example }*. Todo lo demás: *{ command-help.example }*.
group-description =
    { $theme }. Este tema es público: cualquier persona puede leerlo en internet. En un grupo de WhatsApp los miembros ven los números de los demás, pero el puente no muestra ningún número en ninguna parte.
    { command-take-name.example } para usar otro nombre · { command-stay-out.example } para que lo tuyo quede solo acá · { command-help.example } para saber más
join-page = Para invitar a más personas: { $page }
adoption-announced =
    Este grupo se va a unir al tema público *{ $theme }* dentro de { $hours ->
        [one] { $hours } hora
       *[other] { $hours } horas
    }. Desde entonces, y no antes, lo que se escriba acá se podrá leer también en internet, sin ningún número de teléfono.
    Para que lo tuyo quede solo acá: *{ command-stay-out.example }*. Para usar otro nombre: *{ command-take-name.example }*.
group-open = Desde ahora, este grupo y la sala pública de *{ $theme }* son una sola conversación: cualquier persona puede leerla en internet. Para que lo tuyo quede solo acá: *{ command-stay-out.example }*. Para saber más: *{ command-help.example }*.
name-taken = Listo: desde ahora tu nombre acá es *{ $name }*. Para volver al de antes: *{ command-drop-name.example }*.
name-taken-for-groups = Listo: en los grupos de WhatsApp tu nombre es *{ $name }*. En esta sala se sigue viendo el de tu cuenta. Para volver al de antes: *{ command-drop-name.example }*.
name-refused =
    { $why ->
        [taken] Ese nombre se parece mucho al de otra persona que participa. ¿Puede ser otro?
        [reserved] Ese nombre es de quienes cuidan este espacio. ¿Puede ser otro?
        [number] Mejor un nombre sin números de teléfono, así nadie puede llamarte. ¿Cuál te gustaría?
       *[length] El nombre puede tener de 2 a 32 letras. ¿Cuál te gustaría?
    } Por ejemplo: *{ command-take-name.example }*
name-asked = ¿Con qué nombre te gustaría aparecer? Por ejemplo: *{ command-take-name.example }*
name-dropped = Listo: tu nombre acá vuelve a ser *{ $name }*.
stayed-out = Listo: desde ahora lo que escribas queda solo acá. Lo que ya se compartió sigue publicado. Para volver a compartir: *{ command-come-back.example }*.{ $vote ->
        [0] {""}
       *[other] {" "}¿Era un voto? Entonces: *{ command-come-back.example }*, y después *!{ command-vote.word } no { $vote }*.
    }
came-back = ¡Qué bueno! Desde ahora lo que escribas llega a todo el tema.{ $vote ->
        [0] {""}
       *[other] {" "}¿Era un voto? Entonces: *!{ command-vote.word } sí { $vote }*.
    }
help-begin = Acá se puede escribir:
help-more = Más: *!{ command-help.word }* y una palabra de estas: { $topics }
help-end = Se escribe al comienzo del mensaje, en español o inglés. Este tema es público; el puente no muestra números.
near-miss = No conozco «{ $heard }». ¿Será *{ $nearest }*? Todo lo que se puede escribir: *{ command-help.example }*.
near-miss-hidden = No conozco «{ $heard }». ¿Será *{ $nearest }*? Tu mensaje ya no se ve, y esto lo leés solo vos. Todo lo que se puede escribir: *{ command-help.example }*.
too-many = Son muchos mensajes en poco tiempo: los próximos quedan solo acá por un rato. ¡Gracias por la paciencia!
only-in-its-theme = Esta persona escribe desde WhatsApp y está solo en las salas de sus temas: ahí se le puede contestar.
not-delivered = Este mensaje no pudo llegar al resto del tema. Se puede intentar de nuevo más tarde.
digest =
    Mientras a este grupo no le llegaba nada, { $people ->
        [one] { $people } persona escribió
       *[other] { $people } personas escribieron
    } { $messages ->
        [one] { $messages } mensaje
       *[other] { $messages } mensajes
    } en el resto del tema. Están todos acá: { $link }
reactions-more = y { $more } más
organisers = Organización
correction = ✏️ Corrección:
as-answered = según quien responde
goes-on = … (es largo: sigue en { $link })
not-carried =
    { $kind ->
        [image] 📷 Foto
        [video] 🎬 Video
        [audio] 🎤 Audio
        [document] 📄 Documento
        [sticker] 🙂 Sticker
        [contact] 👤 Contacto
        [location] 📍 Ubicación
        [poll] 📊 Encuesta
        [event] 📅 Evento
       *[other] 📎 Algo más
    } (se ve solo en { $place })
card-title = 📌 *{ $reference } · { $title }*
card-withdrawn = Fue retirada por quien la propuso.
card-erased = 📌 *{ $reference }* fue retirada por quien la propuso.
card-draft = Todavía le falta el texto: *!{ command-edit.word } { $reference } …*
card-more = Sigue en *!{ command-show.word } { $reference }*
card-authors =
    { $count ->
        [one] Propone: { $authors }
       *[other] Proponen: { $authors }
    }
card-promoted = Nació de un cambio a { $reference }.
act =
    { $deed ->
        [proposed] { $who } propuso { $reference }: { $title }
        [revised] { $who } cambió { $reference }: { $title }
        [withdrawn] { $who } retiró { $reference }
        [supported] { $who } apoya { $reference }
        [unsupported] { $who } ya no apoya { $reference }
        [amended] { $who } propuso la enmienda { $amendment } a { $reference }
        [accepted] { $who } aceptó la enmienda { $amendment } a { $reference }
        [declined] { $who } no aceptó la enmienda { $amendment } a { $reference }
        [held] { $reference } queda oculta por quienes moderan
        [restored] { $reference } vuelve a leerse: { $title }
       *[backed] { $who } quiere que la enmienda { $amendment } a { $reference } sea una propuesta propia
    }
card-support =
    👍 { $people ->
        [one] { $people } persona la apoya
       *[other] { $people } personas la apoyan
    }
card-networks = (WhatsApp { $whatsapp }, Matrix { $matrix })
card-amendments = ✏️ Cambios por decidir: n.º { $numbers } (*!{ command-show.word } { $reference }*)
card-how = Para apoyar: 👍 a este mensaje o *!{ command-support.word } { $reference }*. Para comentar: responder a este mensaje.
card-in-review = 🏛️ La institución está preparando su respuesta.
card-answered = 🏛️ La institución ya respondió.
supported =
    ¡Gracias! { $people ->
        [one] { $people } persona apoya
       *[other] { $people } personas apoyan
    } *{ $reference }*.
unsupported =
    Listo, ya no apoyás *{ $reference }*. { $people ->
        [0] Nadie la apoya ahora.
        [one] La apoya { $people } persona.
       *[other] La apoyan { $people } personas.
    }
list-begin = Propuestas de *{ $theme }*:
list-none = Todavía no hay propuestas en *{ $theme }*. ¿La primera? Por ejemplo: *{ command-propose.example }*
list-item = *{ $reference }* { $title }
list-supported = *{ $reference }* { $title } (👍 { $people })
list-draft = *{ $reference }* { $title } (sin texto todavía)
list-more = Página { $page } de { $pages }. Sigue: *!{ command-list.word } { $next }*
list-end = Para leer una entera: *!{ command-show.word } { $reference }*
show-amendments = Cambios propuestos:
show-add = *{ $number }* ({ $by }): agregar «{ $new }»
show-replace = *{ $number }* ({ $by }): «{ $old }» → «{ $new }»
show-remove = *{ $number }* ({ $by }): sacar «{ $old }»
show-decide = Quien la propuso decide: *!{ command-accept.word } { $number }* o *!{ command-decline.word } { $number }*
show-how = Para apoyar: un 👍 a la propuesta, o *!{ command-support.word } { $reference }*
show-amend = Para proponer un cambio: *!{ command-amend.word } { $reference } viejo -> nuevo*
numbers =
    En *{ $theme }* { $people ->
        [one] participa { $people } persona
       *[other] participan { $people } personas
    }.
    WhatsApp: { $whatsappPeople } ({ $whatsappMessages ->
        [one] { $whatsappMessages } mensaje
       *[other] { $whatsappMessages } mensajes
    }). Matrix: { $matrixPeople } ({ $matrixMessages ->
        [one] { $matrixMessages } mensaje
       *[other] { $matrixMessages } mensajes
    }).
    Propuestas: { $proposals }. Apoyos: { $supports }.
revised = Listo: *{ $reference }* tiene su texto nuevo.
withdrawn = Listo: *{ $reference }* queda retirada.
amended =
    ✏️ *{ $by }* propone el cambio *{ $amendment }* a *{ $reference }*.
    Quien la propuso decide: *!{ command-accept.word } { $amendment }* o *!{ command-decline.word } { $amendment }*
amendment-accepted = ✅ El cambio *{ $amendment }* ya es parte de *{ $reference }*.
amendment-declined = El cambio *{ $amendment }* no entró en *{ $reference }*. Si tres personas lo quieren, pasa a ser otra propuesta: *!{ command-promote.word } { $amendment }*
backed =
    Anotado: { $people ->
        [one] { $people } persona quiere
       *[other] { $people } personas quieren
    } que el cambio *{ $amendment }* sea otra propuesta. Hacen falta { $needed }.
link-offered = Para vincular tus cuentas, escribir en { $on }, en los próximos { $minutes } minutos: *!{ command-link.word } { $code }*
link-claimed = *{ $name }* en { $on } dice ser vos. Si es así: *!{ command-link.word } sí*. Si no, no hay que hacer nada.
link-to-confirm = Ahora falta decir que sí en { $on }: *!{ command-link.word } sí*
linked = Listo: con *{ $name }* contás como una sola persona. Para deshacerlo: *{ command-unlink.example }*
unlinked = Listo: tus cuentas vuelven a contar por separado.

## Cuando algo no se puede

refused-stays-out = Lo tuyo queda solo acá, y esto es público. Para participar: *{ command-come-back.example }*
refused-not-open-yet = Este grupo todavía no se unió al tema: dentro de poco se va a poder.
refused-title-asked = ¿Qué se propone, en pocas palabras? Por ejemplo: *{ command-propose.example }*. Más detalles van debajo, en el mismo mensaje.
refused-words-asked = ¿Alguien puede escribir lo que dice ese mensaje? Se le responde con *!{ command-propose.word } Título* y, debajo, sus palabras.
refused-too-long = Es muy largo para una propuesta: entran { $most } letras. Tu mensaje queda acá como está. ¿Se puede proponer lo principal, y contar lo demás respondiendo a la propuesta?
refused-proposed-already = Eso ya es una propuesta: *{ $reference }*. Para apoyarla: *!{ command-support.word } { $reference }*
refused-which-proposal = ¿Cuál propuesta? Con su código, por ejemplo *{ command-support.example }*, o respondiendo a ella. Todas: *{ command-list.example }*
refused-no-such-proposal = Acá no hay ninguna *{ $reference }*. Todas: *{ command-list.example }*
refused-other-theme = *{ $reference }* está en el tema *{ $theme }*: allá se la apoya y se la comenta.
refused-closed = *{ $reference }* ya está cerrada. Lo que se propone ahora: *{ command-list.example }*
refused-supported-already = Ya apoyás *{ $reference }*. ¡Gracias!
refused-not-supported = No hay ningún apoyo tuyo en *{ $reference }*. Para apoyarla: *!{ command-support.word } { $reference }*
refused-thumb-stands = Tu apoyo a *{ $reference }* es un 👍: para quitarlo, hay que sacar el 👍 de la propuesta.
refused-not-yours = *{ $reference }* la puede cambiar solo quien la propuso. Para sugerir un cambio: *!{ command-amend.word } { $reference } viejo -> nuevo*
refused-text-asked = ¿Cómo debe decir? Por ejemplo: *!{ command-edit.word } { $reference } Queremos agua limpia todos los días.*
refused-nothing-new = *{ $reference }* ya dice eso.
refused-change-asked = ¿Qué cambia? Por ejemplo: *!{ command-amend.word } { $reference } la plaza -> el parque*, o un párrafo para agregar.
refused-passage-gone = Esa parte no está así en *{ $reference }*. Para copiarla como está: *!{ command-show.word } { $reference }*
refused-passage-doubled = Esa parte está más de una vez en *{ $reference }*. Con unas palabras más alrededor se sabe cuál es.
refused-which-amendment = ¿Cuál cambio? Con su número, por ejemplo *{ command-accept.example }*. Los números están en *{ command-show.example }*
refused-no-such-amendment = Acá no hay ningún cambio { $amendment }. Los números están en *{ command-show.example }*
refused-decided-already = El cambio { $amendment } ya está decidido.
refused-not-declined = Sobre el cambio { $amendment } todavía no decidió quien hizo la propuesta. Si no lo acepta, se puede promover.
refused-backed-already = Ya está anotado que querés el cambio { $amendment } como otra propuesta. ¡Gracias!
refused-linked-already = Esa cuenta ya está vinculada. Para deshacerlo: *{ command-unlink.example }*
refused-not-linked = Tu cuenta no está vinculada con ninguna. Para vincularla: *{ command-link.example }*
refused-no-such-code = Ese código no vale, o ya pasaron sus 10 minutos. Para pedir otro, en la otra red: *{ command-link.example }*
refused-code-of-this-network = Ese código se escribe en { $on }.
refused-code-of-other-theme = Ese código se pidió en el tema *{ $theme }*: se escribe allá.
refused-code-used = Ese código ya lo escribió otra persona. Para pedir otro, en la otra red: *{ command-link.example }*
refused-confirm-there = Eso se confirma en { $on }, donde se pidió el código.
refused-not-claimed-yet = Primero, en { $on }: *!{ command-link.word } { $code }*
refused-nothing-to-confirm = No hay nada que confirmar. Se empieza con *{ command-link.example }*

## Páginas públicas

page-language = Español
page-choose-theme = Cada tema es una conversación pública, por WhatsApp o por Matrix.
page-all-themes = Todos los temas
page-join-whatsapp = Entrar por WhatsApp
page-join-matrix = Entrar por Matrix
page-public = Este tema es público: lo que se escribe en sus grupos y en su sala lo puede leer cualquier persona en internet, con el nombre de cada quien.
page-numbers = En un grupo de WhatsApp los miembros ven los números de los demás; el puente no muestra ningún número en ninguna parte.
page-choices = Quien escribe *{ command-take-name.example }* aparece con otro nombre, y lo de quien escribe *{ command-stay-out.example }* queda solo en su grupo o en la sala.
page-address = Esta dirección no cambia:
page-print = Para imprimir, su código QR:
page-full = Los grupos de WhatsApp de este tema están llenos. Pronto se abre otro, en esta misma dirección.
    .title = No queda lugar
page-no-group = Este tema todavía no tiene un grupo de WhatsApp. Cuando lo tenga, se entra por esta misma dirección.
    .title = Todavía no hay grupo
page-not-connected = Por WhatsApp no se puede entrar en este momento. En unos minutos se puede probar de nuevo.
    .title = Un momento, por favor
page-meanwhile = Mientras tanto, por Matrix se entra a la misma conversación.
page-log = Qué se hizo para cuidar la conversación, por qué, quién lo decidió y hasta cuándo; lo último, primero. Si algo es sobre vos y no es justo: *!{ command-appeal.word }* y el número del caso, en el tema o escribiéndole al puente en privado. Si ves algo que está mal: *!{ command-report.word }*
    .title = Registro de moderación
page-log-empty = Todavía no se hizo nada: acá va a quedar todo lo que se haga para cuidar la conversación.
page-log-away = Ahora no se puede mostrar. Probá de nuevo en unos minutos.
page-log-goes-on = Está entero, y se puede comprobar, en la sala del registro:
page-not-found = En esta dirección no hay ningún tema. Quizás le falta o le sobra una letra.
    .title = Acá no hay nada
page-not-allowed = Estas páginas son solo para mirar y para entrar a los temas.
    .title = Eso no se puede hacer acá
