package triage

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTitle(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a greeting in front is left out", "Hola, buen día! La API de pagos devuelve error 500 desde las 9:50", "La API de pagos devuelve error 500 desde las 9:50"},
		{"a greeting without a comma too", "Hola la API no anda", "la API no anda"},
		{"a greeting of everybody too", "Buen día a todos, no podemos facturar", "no podemos facturar"},
		{"and of somebody by name", "Buen día Ana la conciliación no cierra", "la conciliación no cierra"},
		{"and of a mention", "hi @ana the export failed", "the export failed"},
		{"and in English", "Good morning team, users cannot log in.", "users cannot log in"},
		{"a greeting on its own line", "Hola!\n\nNo llegan los webhooks", "No llegan los webhooks"},
		{"only the first sentence counts", "The nightly export failed. We need it before noon. Thanks!", "The nightly export failed"},
		{"a very short sentence takes the next along", "Urgente! La API no responde. Gracias", "Urgente! La API no responde"},
		{"thanks in front is left out", "Gracias. La API sigue caída", "La API sigue caída"},
		{"a question keeps its mark", "¿Cómo roto una clave? Es para mañana", "¿Cómo roto una clave?"},
		{"a version's dots end no sentence", "La versión 2.3.1 falla al iniciar", "La versión 2.3.1 falla al iniciar"},
		{"a long text is cut at a word", "The nightly export of the orders of the northern region fails with a timeout since the last release of the platform", "The nightly export of the orders of the northern region fails with a timeout…"},
		{"a word without end is cut too", strings.Repeat("x", 200), strings.Repeat("x", 79) + "…"},
		{"small talk is its own title", "Hola!", "Hola!"},
		{"small talk throughout gives its beginning", "Hola! Muchas gracias", "Hola!"},
		{"space is made single", "la  API\t no   anda", "la API no anda"},
		{"emoji alone stay", "🔥🔥", "🔥🔥"},
		{"nothing gives nothing", " \n ", ""},
		{"bytes that are no text do no harm", "API\xff\x00 caída", "API caída"},
		{"a service that is named after a greeting stays", "Hola Pagos no responde", "Pagos no responde"},
		{"what is greeted is not guessed", "Hola Backend caído", "Backend caído"},
		{"a question after a greeting", "Buenas! Cómo están? La web tarda mucho", "La web tarda mucho"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Title(tt.text); got != tt.want {
				t.Errorf("Title(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func FuzzTitle(f *testing.F) {
	for _, s := range []string{"Hola, la API no anda", "", "...", "a\x00b", strings.Repeat("hola ", 60)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Title(s)
		if n := utf8.RuneCountInString(got); n > 80 {
			t.Errorf("%d characters: %q", n, got)
		}
		if strings.ContainsAny(got, "\n\r\x00") || !utf8.ValidString(got) {
			t.Errorf("not one line of text: %q", got)
		}
	})
}
