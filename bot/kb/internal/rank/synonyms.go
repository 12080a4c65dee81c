package rank

import "strings"

// alike lists, by language, words that people use for one another when they
// ask for help: each line is one idea. They are of the trade of support, not of
// any company's products, and stand for each other only in part (see
// synonymCredit): what was really said still counts more.
var alike = map[string][]string{
	"es": {
		"error falla fallo fallar problema inconveniente excepcion",
		"anda funciona responde carga marcha",
		"caido caida caer indisponible inaccesible",
		"lento lenta demora tarda demorado lentitud latencia",
		"login ingresar entrar acceder loguear iniciar sesion acceso ingreso",
		"clave contrasena password",
		"usuario cuenta",
		"borrar eliminar quitar suprimir",
		"cambiar modificar editar actualizar corregir",
		"crear agregar anadir alta generar",
		"cancelar anular baja",
		"devolver devolucion reembolso reintegro reembolsar",
		"pago cobro pagar cobrar abonar",
		"cargo comision costo tarifa precio",
		"rechazado rechazada rechazo denegado declinado rechazar",
		"enviar mandar remitir envio",
		"recibir llegar recepcion llego recibi",
		"aparecer ver mostrar visible figura aparece",
		"descargar bajar descarga",
		"subir cargar importar",
		"exportar exportacion extraer",
		"archivo fichero documento",
		"factura comprobante recibo",
		"duplicado repetido doble dos",
		"diferencia descuadre discrepancia coincide cuadra",
		"conciliacion conciliar cierre liquidacion",
		"notificacion aviso webhook callback",
		"correo mail email",
		"celular telefono movil",
		"configurar habilitar activar configuracion",
		"desactivar deshabilitar bloquear bloqueado",
		"vencido expirado caducado vencimiento expira",
		"token credencial llave key",
		"programado agendado planificado tarea job",
		"limite tope maximo cuota",
		"integrar conectar conexion integracion",
	},
	"en": {
		"error fail failure failing failed problem exception fault",
		"down unavailable unreachable outage offline",
		"broken damaged defective",
		"slow delay late lag latency pending waiting",
		"login signin access authenticate",
		"password passcode pin",
		"account profile user",
		"delete remove erase close terminate",
		"change modify edit update correct fix",
		"create add new generate",
		"cancel void undo revert abort",
		"refund reimburse reimbursement return",
		"pay payment purchase buy transaction",
		"charge fee cost price commission",
		"decline reject refuse deny block",
		"send mail ship post",
		"receive arrive deliver delivery come",
		"show appear visible display see",
		"download export extract",
		"upload import",
		"file document",
		"invoice receipt bill statement",
		"duplicate twice double repeated",
		"wrong incorrect mistake unexpected",
		"lost missing disappeared gone vanished",
		"stolen theft thief fraud compromised",
		"phone mobile cellphone",
		"setup configure enable activate",
		"disable deactivate lock freeze locked",
		"expire expiry expiration expired",
		"key token credential secret",
		"schedule cron job scheduled recurring",
		"limit maximum quota cap restriction",
		"verify identity confirm validate check proof",
		"country abroad foreign international overseas",
		"deposit top topup load",
		"withdraw withdrawal",
		"recognize authorize unknown unfamiliar",
		"track locate status progress",
		"long duration time",
		"age old young child",
		"source origin",
	},
}

// phrases are words of their own that people write apart.
var phrases = map[string]map[[2]string]string{
	"en": {
		{"log", "in"}: "login", {"logging", "in"}: "login", {"logged", "in"}: "login", {"logs", "in"}: "login",
		{"sign", "in"}: "login", {"signing", "in"}: "login", {"signed", "in"}: "login",
		{"set", "up"}: "setup", {"top", "up"}: "topup",
	},
}

// synonyms leads from a term to the terms that may stand for it.
func synonyms(lang string) map[string][]string {
	l := lexicon{lang: lang}
	out := map[string][]string{}
	for _, line := range alike[lang] {
		var keys []string
		for w := range strings.FieldsSeq(line) {
			key, _ := l.term(token{w, w})
			keys = append(keys, key)
		}
		for i, a := range keys {
			for j, b := range keys {
				if i != j && a != b {
					out[a] = append(out[a], b)
				}
			}
		}
	}
	return out
}

// thesaurus holds the synonyms of each language.
var thesaurus = map[string]map[string][]string{"es": synonyms("es"), "en": synonyms("en")}
