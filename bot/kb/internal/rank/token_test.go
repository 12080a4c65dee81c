package rank

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTokenize(t *testing.T) {
	for _, tt := range []struct{ name, lang, text, want string }{
		{"words lose their case and punctuation", "es", "¡Hola, MUNDO!", "hola mundo"},
		{"accents are folded", "es", "Conciliación añeja", "conciliacion aneja"},
		{"an error code is kept whole and in parts", "es", "ORA-01017: no", "ora-01017 ora 01017 no"},
		{"so is an identifier", "en", "card_declined now", "card_declined card declined now"},
		{"and a version", "en", "v2.3.1", "v2.3.1 v2 3 1"},
		{"ordinary words with a hyphen come apart", "en", "third-party", "third party"},
		{"a status is two words", "en", "HTTP 500", "http 500"},
		{"clock times are nobody's topic", "es", "desde las 9:50 o 14:05:00", "desde las o"},
		{"a possessive is its word", "en", "the seller's bank’s", "the seller bank"},
		{"contractions are one word", "en", "can't", "cant"},
		{"words written apart are joined", "en", "cannot log in", "cannot login"},
		{"but not those of another language", "es", "log in", "log in"},
		{"a full stop between words parts them", "en", "end.Start", "end start"},
		{"marks alone are nothing", "es", "-_- ... ???", ""},
		{"bytes that are no text part words", "es", "a\xffb\x00c", "a b c"},
		{"a word without end is left out", "es", strings.Repeat("x", 65) + " y", "y"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, tok := range tokenize(tt.lang, tt.text) {
				got = append(got, tok.folded)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFormsOfAWordShareAStem(t *testing.T) {
	for _, tt := range []struct {
		lang  string
		forms string
	}{
		{"es", "conciliación conciliaciones conciliacion"},
		{"es", "tarjeta tarjetas"},
		{"es", "rechazan rechazado rechazada"},
		{"en", "export exports exported exporting"},
		{"en", "fails failed failing"},
	} {
		var stems []string
		for w := range strings.FieldsSeq(tt.forms) {
			stems = append(stems, stem(tt.lang, w))
		}
		if len(slices.Compact(stems)) != 1 {
			t.Errorf("%s: %v", tt.forms, stems)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"pagos", "pagos", 0},
		{"pgaos", "pagos", 1}, // swapped
		{"eror", "error", 1},
		{"errror", "error", 1},
		{"webhok", "webhook", 1},
		{"tarjeta", "targeta", 1},
		{"", "abc", 3},
	} {
		if got := distance(tt.a, tt.b); got != tt.want {
			t.Errorf("distance(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzTokenize(f *testing.F) {
	for _, s := range []string{"ORA-01017", "9:50", "a.b_c-d'e", "\x00\xff", "ñandú’s", "1.2.3.4:5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, lang := range []string{"es", "en"} {
			for _, tok := range tokenize(lang, s) {
				if tok.text == "" || len(tok.text) > maxWord || !utf8.ValidString(tok.folded) || strings.ContainsAny(tok.text, " \n\x00") {
					t.Fatalf("%q gives %q", s, tok)
				}
				stem(lang, tok.text)
			}
		}
	})
}
