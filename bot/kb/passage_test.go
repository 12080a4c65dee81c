package kb

import (
	"strings"
	"testing"
	"unicode/utf8"

	"sereno/bot/kb/internal/plain"
)

func TestPassage(t *testing.T) {
	long := strings.Repeat("palabra ", 60)
	for _, tt := range []struct {
		name, text string
		best       int
		want       string
	}{
		{"the sentence and what follows it", "Uno. Dos. Tres.", 1, "Dos. Tres."},
		{"a heading announces its section", "# Qué hacer\nReinicien.", 0, "Qué hacer: Reinicien."},
		{"a question needs no colon", "# ¿Qué hago?\nReinicien.", 0, "¿Qué hago? Reinicien."},
		{"it ends before the next heading", "Uno.\n# Otra cosa\nDos.", 0, "Uno."},
		{"steps keep their numbers", "1. Abran *Jobs*.\n2. Presionen `Run`.", 0, "1. Abran Jobs. 2. Presionen Run."},
		{"a long sentence is cut at a word", long, 0, strings.TrimSpace(strings.Repeat("palabra ", 37)) + "…"},
		{"no text, no passage", "", 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := passage(plain.Sentences(tt.text), tt.best)
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if utf8.RuneCountInString(got) > 300 {
				t.Errorf("%d characters", utf8.RuneCountInString(got))
			}
		})
	}
}
