package redact_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sereno/prompts/redact"
)

var everything = redact.Options{Mail: true, Phones: true, Names: true, Patterns: []*regexp.Regexp{regexp.MustCompile(`\bACME-[0-9]{6}\b`)}}

// The parts of secrets are put together here, so that nobody takes this file for a leak.
var taken = []struct {
	name, text, secret string
	kind               redact.Kind
}{
	{"an AWS key", "uso AKIA" + "IOSFODNN7EXAMPLE y falla", "AKIA" + "IOSFODNN7EXAMPLE", redact.Secret},
	{"a key of OpenAI's", "key sk-" + "proj-abcDEF0123456789xyz", "abcDEF0123456789xyz", redact.Secret},
	{"a token of GitHub's", "ghp_" + "0123456789abcdefABCDEF0123456789abcd", "0123456789abcdefABCDEF", redact.Secret},
	{"a token of Slack's", "xoxb-" + "1234567890-abcdefghij", "1234567890-abcdefghij", redact.Secret},
	{"Slack's web hook", "https://hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX", "B00000000/XXXX", redact.Secret},
	{"a key of Stripe's", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc", "4eC39HqLyjWDarjtT1zdp7dc", redact.Secret},
	{"a token of Mercado Pago's", "APP_USR-" + "1234567890123456-112233-abcdef0123456789", "1234567890123456-112233", redact.Secret},
	{"a JSON web token", "eyJhbGciOi" + "JIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sflKxwRJSMeKKF2QT4", "eyJzdWIiOiIxMjM0In0", redact.Secret},
	{"a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----", "MIIEow\nIBAAK", redact.Secret},
	{"a private key that is cut off", "-----BEGIN PRIVATE KEY-----\nMIIEow\nIBA", "MIIEow\nIBA", redact.Secret},
	{"a bearer token", "curl -H 'Authorization: Bearer abc.def-123'", "abc.def-123", redact.Secret},
	{"basic authorization", "Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz", redact.Secret},
	{"a header of cookies", "Cookie: sid=31d4d96e; theme=dark", "31d4d96e; theme", redact.Secret},
	{"a password in an address", "postgres://app:hunter2@db/x", "hunter2", redact.Secret},
	{"a signature in an address", "https://x.example/a?sig=Zm9v%2Fbar&b=1", "Zm9v%2Fbar", redact.Secret},
	{"a password with a colon", "password: hunter2", "hunter2", redact.Secret},
	{"a password of several words, quoted", `"password": "correct horse battery"`, "correct horse battery", redact.Secret},
	{"a variable of the environment", "DB_PASSWORD=pa$$w0rd", "pa$$w0rd", redact.Secret},
	{"una contraseña dicha", "la contraseña es Perro123", "Perro123", redact.Secret},
	{"una clave con dos puntos", "Contraseña: perrito", "perrito", redact.Secret},
	{"a random text", "usé dGhpcyBpcyBhIHNlY3JldCBrZXkx ayer", "dGhpcyBpcyBhIHNlY3JldCBrZXkx", redact.Secret},
	{"a key in hexadecimal", "9f86d081884c7d659a2feaa0c55ad015", "9f86d081884c7d659a2feaa0c55ad015", redact.Secret},
	{"a card", "la tarjeta 4111 1111 1111 1111 fue rechazada", "4111 1111 1111 1111", redact.Card},
	{"a card with dashes", "5500-0055-5555-5559", "5500-0055-5555-5559", redact.Card},
	{"a card of 15 digits", "378282246310005", "378282246310005", redact.Card},
	{"a card among other digits", "pedido 9 4111111111111111", "4111111111111111", redact.Card},
	{"an IBAN", "transferí a ES91 2100 0418 4502 0005 1332 hoy", "2100 0418 4502 0005 1332", redact.Account},
	{"a CBU", "CBU 2850590940090418135201", "2850590940090418135201", redact.Account},
	{"a DNI with dots", "DNI 30.123.456", "30.123.456", redact.Document},
	{"a DNI without", "mi dni es: 30123456, DNI 30123456", "DNI 30123456", redact.Document},
	{"a CUIT", "CUIT 20-12345678-6", "20-12345678-6", redact.Document},
	{"a CUIT without dashes", "facturar a 20123456786 por favor", "20123456786", redact.Document},
	{"a Spanish DNI", "12345678Z", "12345678Z", redact.Document},
	{"a NIE", "X1234567L", "X1234567L", redact.Document},
	{"an SSN", "078-05-1120", "078-05-1120", redact.Document},
	{"a CPF", "529.982.247-25", "529.982.247-25", redact.Document},
	{"a mail address", "escribir a maría.pérez@acme.com.ar", "maría.pérez@acme.com.ar", redact.Mail},
	{"a telephone", "llamar al +54 9 11 4321-5678", "+54 9 11 4321-5678", redact.Phone},
	{"a local telephone", "tel: 4321-5678", "4321-5678", redact.Phone},
	{"what the configuration names", "cuenta ACME-123456", "ACME-123456", redact.Custom},
	{"a name", "habló maría con Soporte", "maría", redact.Person},
	{"a mention", "gracias @pepe", "@pepe", redact.Person},
}

func TestWhatIsTakenOut(t *testing.T) {
	for _, tt := range taken {
		t.Run(tt.name, func(t *testing.T) {
			s := redact.New(everything, "María Pérez")
			got := s.Redact(tt.text)
			if strings.Contains(got, tt.secret) || !strings.Contains(got, "[["+string(tt.kind)+"_1]]") {
				t.Errorf("%q leaves %q", tt.text, got)
			}
			if back := s.Restore(got); back != tt.text {
				t.Errorf("restored %q", back)
			}
		})
	}
}

func TestWhatIsLeft(t *testing.T) {
	for _, text := range []string{
		"La API de pagos devuelve HTTP 500 desde las 9:50 del 2026-11-25.",
		"ORA-01017: invalid username/password; logon denied",
		"el export conciliacion-diferencias-mensual falla con 1.234 filas",
		"la contraseña es incorrecta y el token expiró",
		"pagamos $12.345.678 el 25/11/2026", "version 10.20.30.40",
		"INC-1234 lleva 15 minutos", "PaymentsReconciliationControllerFactory tarda",
	} {
		if got := redact.New(everything).Redact(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

func TestMailTelephonesAndNamesAreLeftWhereTheConfigurationSaysSo(t *testing.T) {
	s := redact.New(redact.Options{}, "Ana")
	if got := s.Redact("Ana: a@b.com, +54 11 4321-5678"); got != "Ana: a@b.com, +54 11 4321-5678" || s.Name("Ana") != "Ana" {
		t.Error(got)
	}
}

func TestTheSameValueHasOnePlaceholderInAllTextsOfACall(t *testing.T) {
	s := redact.New(everything, "Ana")
	if a, b := s.Redact("de a@b.com"), s.Redact("a a@b.com y c@d.com"); a != "de [[MAIL_1]]" || b != "a [[MAIL_1]] y [[MAIL_2]]" {
		t.Error(a, b)
	}
	if s.Name("Ana") != s.Redact("Ana") {
		t.Error("an author is not the person who is written of")
	}
}

func TestAPlaceholderThatSomebodyTypedStaysWhatItIs(t *testing.T) {
	s := redact.New(everything)
	text := "decime [[MAIL_1]] y a@b.com y [[MAIL_2]]"
	got := s.Redact(text)
	if strings.Contains(got, "[[MAIL_2]]") || s.Restore(got) != text {
		t.Error(got)
	}
	if s.Restore("[[MAIL_7]]") != "[[MAIL_7]]" || s.Knows("[[MAIL_7]]") {
		t.Error("a placeholder that was never given means something")
	}
}

func TestAVeilShowsNoValue(t *testing.T) {
	s := redact.New(everything)
	got := s.Veil(s.Redact("escribir a a@b.com"), func(k redact.Kind) string { return "‹" + strings.ToLower(string(k)) + "›" })
	if got != "escribir a ‹mail›" {
		t.Error(got)
	}
}

// pieces are what texts are made of: secrets, what surrounds them, and what could
// be taken for our own marks.
var pieces = func() []string {
	out := []string{" ", "\n", "[", "[[", "]]", "[[MAIL_1]]", "[[", "_1]]", "MAIL_", "a", "ñ", "1", "4111", "-", ".", "@", "password=", "\"", "María", "\xff", "é", "Bearer ", "://u:p@h"}
	for _, tt := range taken {
		out = append(out, tt.text, tt.secret)
	}
	return out
}()

func TestRestoringIsTheOppositeOfRedacting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := redact.New(everything, "María Pérez", "José")
		var texts, out []string
		for range rapid.IntRange(1, 3).Draw(t, "texts") {
			text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "text"), "")
			texts, out = append(texts, text), append(out, s.Redact(text))
		}
		for i := range texts {
			if back := s.Restore(out[i]); back != texts[i] {
				t.Fatalf("%q became %q, and %q again", texts[i], out[i], back)
			}
			for _, p := range redact.Placeholders(out[i]) {
				if !s.Knows(p) {
					t.Fatalf("%q holds %s, which was never given", out[i], p)
				}
			}
		}
	})
}

// Whatever stands around it, apart by a space, no secret goes out.
func TestASecretGoesOutInNoCompany(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tt := rapid.SampledFrom(taken).Draw(t, "secret")
		word := rapid.StringMatching(`[a-zñ¿?!., ]{0,20}`)
		text := word.Draw(t, "before") + " " + tt.text + "\n" + word.Draw(t, "after")
		if got := redact.New(everything, "María Pérez").Redact(text); strings.Contains(got, tt.secret) {
			t.Fatalf("%q leaves %q", text, got)
		}
	})
}

// A card keeps out however its digits are set apart.
func TestCardsOfAnyNumberAndGrouping(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		digits := "4" + rapid.StringMatching(`[0-9]{14}`).Draw(t, "digits")
		number := digits + check(digits)
		var b strings.Builder
		for i, c := range number {
			if i > 0 {
				b.WriteString(rapid.SampledFrom([]string{"", "", "", " ", "-"}).Draw(t, "gap"))
			}
			b.WriteRune(c)
		}
		got := redact.New(redact.Options{}).Redact("tarjeta " + b.String() + " vencida")
		if got != "tarjeta [[CARD_1]] vencida" && !strings.HasPrefix(got, "tarjeta [[") {
			t.Fatalf("%s became %q", b.String(), got)
		}
	})
}

// check is the last digit of a card, by Luhn.
func check(s string) string {
	sum := 0
	for i := range len(s) {
		d := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return string(rune('0' + (10-sum%10)%10))
}

func FuzzRedact(f *testing.F) {
	for _, tt := range taken {
		f.Add(tt.text)
	}
	f.Add("[[MAIL_1]][[[[MAIL_1]]]]")
	f.Fuzz(func(t *testing.T, text string) {
		s := redact.New(everything, "María Pérez")
		out := s.Redact(text)
		if back := s.Restore(out); back != text {
			t.Errorf("%q became %q, and %q again", text, out, back)
		}
	})
}

func BenchmarkRedact(b *testing.B) {
	text := strings.Repeat("La API de pagos devuelve HTTP 500 desde las 9:50, escribir a maria@acme.com. ", 50)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		redact.New(everything, "María Pérez").Redact(text)
	}
}
