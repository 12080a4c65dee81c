package triage

import "strings"

// names are first names that people write in lower case, as messages do.
var names = set(`
	ana maria luis diego sofia tom vera john juan jose carlos jorge pedro pablo miguel martin mariano matias
	facundo federico fernando francisco gabriel gonzalo gustavo guillermo hernan hugo ignacio javier joaquin
	julian leandro leonardo lucas manuel marcelo marcos mario maximiliano nicolas oscar ramiro raul ricardo
	roberto rodrigo santiago sebastian sergio tomas victor walter agustin alejandro alberto andres ariel bruno
	cristian damian daniel david eduardo emiliano enrique ernesto esteban ezequiel fabian alejandra adriana
	andrea barbara beatriz belen brenda camila carla carolina cecilia claudia cristina daniela eliana elena
	emilia florencia gabriela gisela graciela guadalupe ines jimena josefina julia juliana julieta karina laura
	lorena lucia luciana luisa magdalena malena marcela mariana marina marta mercedes micaela milagros monica
	natalia noelia pamela paola patricia paula pilar rocio romina rosa silvia silvina soledad susana valentina
	valeria vanesa veronica victoria virginia yanina ximena nico santi seba fede mati rodri lu caro flor vale
	james michael robert william richard joseph thomas charles christopher matthew anthony mark steven steve
	andrew kenneth kevin brian george edward jason jeff jeffrey ryan jacob gary eric jonathan stephen larry
	justin scott brandon benjamin ben samuel sam gregory greg alexander alex patrick frank raymond jack dennis
	jerry tyler aaron adam nathan henry peter kyle noah ethan mike dave chris matt dan bob bill joe jim tim nick
	mary jennifer linda elizabeth susan jessica sarah karen lisa nancy betty sandra margaret ashley kimberly
	emily donna michelle amanda melissa deborah stephanie rebecca sharon cynthia kathleen amy angela shirley
	anna emma nicole helen samantha katherine christine rachel carolyn janet catherine kate maria heather diane
	olivia joyce virginia kelly lauren christina joan evelyn judith megan alice grace hannah sophia sophie jane`)

// topics are words that are no name however they are written: what requests
// are about.
var topics = plainSet(`
	api app aplicacion archivo acceso access account alerta alert ayuda base bug caida caido caidos clave cobro cobros codigo
	conciliacion consulta correo cuenta dashboard database datos data deploy documentacion documentation
	duda email error errores export exportacion export exports factura facturacion failed failure falla fallas
	fallo help import incidente incident informe integracion integration internet invoice issue job jobs login
	mail notificaciones orden orders pago pagos password payment payments pedido pedidos permiso permisos
	plataforma portal problema problem problems produccion production pregunta question reporte reporte reportes
	report reports request server service servicio servicios servidor sistema sistemas site sitio soporte sso
	support system tarjeta tarjetas test ticket tickets token transferencia transferencias urgente urgent
	usuario usuarios user users webhook webhooks web`)

// alarming are emoji, as characters or short names, that ask for something.
var alarming = set(`
	👎 😡 😠 🤬 😤 😭 😢 😞 😟 😩 😫 😖 😣 😱 😨 😰 🚨 🆘 🔥 ⚠ ❌ ❗ ‼ ❓ ❔ ⁉ ⛔ 🛑 💥 ☠ 💀 🐛 📛 🙋 🤔 🤷 😕 🙁 ☹ 🎫 💔 🤯
	-1 thumbsdown thumbs_down rage angry face_with_symbols_on_mouth triumph sob cry disappointed worried weary
	tired_face confounded persevere scream fearful cold_sweat rotating_light sos fire warning x exclamation
	heavy_exclamation_mark bangbang question grey_question interrobang no_entry octagonal_sign boom collision
	skull skull_and_crossbones bug name_badge raising_hand thinking_face thinking shrug confused
	slightly_frowning_face frowning_face white_frowning_face ticket broken_heart exploding_head`)

// approving are emoji that say yes.
var approving = set(`
	👍 👌 ✅ ✔ ☑ 🆗 🫡 🙌 👏 💯
	+1 thumbsup thumbs_up ok_hand white_check_mark heavy_check_mark ballot_box_with_check ok saluting_face
	raised_hands clap 100`)

func set(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[w] = true
		m[squeeze(w)] = true
	}
	return m
}

func plainSet(list string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		m[plain(w)] = true
	}
	return m
}
