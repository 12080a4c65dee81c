package emoji

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestName(t *testing.T) {
	for s, want := range map[string]string{
		"🎫": "ticket", "✅": "white_check_mark", "👀": "eyes", "🚨": "rotating_light", "👍": "+1", "👎": "-1",
		"📨": "incoming_envelope", "📤": "outbox_tray", "⚠️": "warning", "⚠": "warning", "❤": "heart", "❤️": "heart",
		"🇪🇸": "es", "🇲🇽": "flag-mx", "🏴󠁧󠁢󠁥󠁮󠁧󠁿": "flag-england", "🏳️‍🌈": "rainbow-flag",
		"👍🏽": "+1", "👩🏾‍💻": "female-technologist", "👨‍👩‍👧‍👦": "man-woman-girl-boy", "1️⃣": "one", "#️⃣": "hash",
		"🧑🏻‍🤝‍🧑🏿": "people_holding_hands", "👩🏻‍🤝‍👨🏿": "man_and_woman_holding_hands", "🏃‍♂️": "man-running", "🏃": "runner",
		"🤔": "thinking_face", "🔑": "key", "☎︎": "phone",
	} {
		if got, ok := Name(s); !ok || got != want {
			t.Errorf("Name(%s) = %q, %v; want %q", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "a", "1", "🎫🎫", "🎫 ", "ticket", "\xff", "🇪", "\u200d", "\ufe0f"} {
		if got, ok := Name(s); ok {
			t.Errorf("Name(%q) = %q", s, got)
		}
	}
}

func TestUnicode(t *testing.T) {
	for short, want := range map[string]string{
		"ticket": "🎫", ":ticket:": "🎫", "thumbsup": "👍", "+1": "👍", "warning": "⚠️", "thinking": "🤔", "flag-es": "🇪🇸", "flag-mx": "🇲🇽",
		"+1::skin-tone-4": "👍🏽", "+1_medium_skin_tone": "👍🏽", "thumbsup_tone3": "👍🏽", "rofl": "🤣",
		"people_holding_hands::skin-tone-3": "🧑🏼‍🤝‍🧑🏼", "people_holding_hands::skin-tone-2-6": "🧑🏻‍🤝‍🧑🏿", "handshake::skin-tone-2-3": "🫱🏻‍🫲🏼", "point_up::skin-tone-2": "☝🏻",
	} {
		if got, ok := Unicode(short); !ok || got != want {
			t.Errorf("Unicode(%q) = %q, %v; want %q", short, got, ok, want)
		}
	}
	for _, short := range []string{"", "nonsense", "Ticket", "+1::skin-tone-7", "zz::skin-tone-4", ":", "_tone3"} {
		if got, ok := Unicode(short); ok {
			t.Errorf("Unicode(%q) = %q", short, got)
		}
	}
}

func TestCommon(t *testing.T) {
	for short, want := range map[string]string{
		"thumbsup": "+1", "+1": "+1", ":thumbsup:": "+1", "+1::skin-tone-2": "+1", "thumbsup_dark_skin_tone": "+1",
		"thinking": "thinking_face", "flag-es": "es", "running": "runner", "our_parrot": "our_parrot", "": "",
	} {
		if got := Common(short); got != want {
			t.Errorf("Common(%q) = %q, want %q", short, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"an emoji becomes its name", "ok 🎫!", "ok :ticket:!"},
		{"each of several does", "🎫✅👍🏽", ":ticket::white_check_mark::+1::skin-tone-4:"},
		{"what is text without a selector is text", "© 2024 ™ 1 # ⚠ ❤", "© 2024 ™ 1 # ⚠ ❤"},
		{"and an emoji with it", "⚠️ 1️⃣ ❤️", ":warning: :one: :heart:"},
		{"a selector for text is heeded", "☎︎ ⌚︎", "☎︎ ⌚︎"},
		{"flags do not shift", "🇪🇸🇲🇽🇽🇽🇪🇸", ":es::flag-mx:🇽🇽:es:"},
		{"a sequence that nobody knows stays", "👩‍🎫 x", "👩‍🎫 x"},
		{"other scripts stay", "añb 漢字 é", "añb 漢字 é"},
		{"broken bytes stay", "a\xffb\xf0\x9f", "a\xffb\xf0\x9f"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Names(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestShow(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a name becomes its emoji", "ok :ticket:!", "ok 🎫!"},
		{"each of several does", ":ticket::white_check_mark::+1::skin-tone-4:", "🎫✅👍🏽"},
		{"right after a word", "Listo:white_check_mark: sí", "Listo✅ sí"},
		{"right after a colon", "Estado::white_check_mark:", "Estado:✅"},
		{"right before a word", ":white_check_mark:Listo", "✅Listo"},
		{"names of one letter stand alone", "grupo :b: 3:b: :x:", "grupo 🅱️ 3:b: ❌"},
		{"times are no emoji", "10:30:45 10:100:20", "10:30:45 10:100:20"},
		{"nor letters between colons", "a:b:c", "a:b:c"},
		{"nor words in paths", "arn:aws:key:1 pkg::key::new http://x:8080/:key:/y", "arn:aws:key:1 pkg::key::new http://x:8080/:key:/y"},
		{"unknown names stay", ":our_parrot: :", ":our_parrot: :"},
		{"other ways of writing a tone", ":+1_dark_skin_tone: :wave_tone1:", "👍🏿 👋🏻"},
		{"a name may follow a colon that is none", ": :x :ticket:", ": :x 🎫"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Show(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestEveryEmojiGoesThereAndBack(t *testing.T) {
	for line := range strings.Lines(names) {
		for i, short := range strings.Fields(line)[1:] {
			s, ok := Unicode(short)
			if !ok {
				t.Errorf("%s is no emoji", short)
			}
			if back, ok := Name(s); !ok || back != Common(short) || (i == 0 && back != short) {
				t.Errorf("%s is %s, which is %s", short, s, back)
			}
			if got := Show(Names(s)); got != s {
				t.Errorf("%s became %s by way of %s", s, got, Names(s))
			}
		}
	}
}

func TestEveryToneGoesThereAndBack(t *testing.T) {
	for line := range strings.Lines(names) {
		short := strings.Fields(line)[1]
		for _, tone := range []string{"2", "6"} {
			s, _ := Unicode(short + "::skin-tone-" + tone)
			if got := Show(Names(s)); got != s {
				t.Errorf("%s became %s by way of %s", s, got, Names(s))
			}
		}
		if g := known().named[short]; g.pair != nil {
			s, _ := Unicode(short + "::skin-tone-3-5")
			if want := ":" + short + "::skin-tone-3-5:"; Names(s) != want || Show(want) != s {
				t.Errorf("%s became %s, and %s %s", s, Names(s), want, Show(want))
			}
		}
	}
}

func TestTextsGoThereAndBack(t *testing.T) {
	all := known()
	var shorts []string
	for short, g := range all.named {
		if short == g.name {
			shorts = append(shorts, short)
		}
	}
	word := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string {
			s, _ := Unicode(rapid.SampledFrom(shorts).Draw(t, "short"))
			return s
		}),
		rapid.StringMatching(`[a-zñ ,.]{0,6} `),
	)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(word).Draw(t, "words"), " ")
		if got := Show(Names(text)); got != text {
			t.Fatalf("%q became %q by way of %q", text, got, Names(text))
		}
	})
}

func FuzzTexts(f *testing.F) {
	for _, s := range []string{"🎫 ✅", ":ticket::+1::skin-tone-4:", "10:30:45", "👩🏾‍💻👨‍👩‍👧‍👦", "🇪🇸🇪", "1\ufe0f\u20e3", "\xff:\xf0\x9f:a", "::::", "☎︎"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ToValidUTF8(Names(s), "") != Names(strings.ToValidUTF8(s, "")) && utf8.ValidString(s) {
			t.Errorf("Names(%q) is broken", s)
		}
		shown := Show(s)
		if utf8.ValidString(s) && !utf8.ValidString(shown) {
			t.Errorf("Show(%q) = %q is broken", s, shown)
		}
		if !strings.Contains(s, ":") && shown != s {
			t.Errorf("Show(%q) = %q, without a name in it", s, shown)
		}
		if named := Names(s); Names(named) != named {
			t.Errorf("Names(%q) = %q still has emoji: %q", s, named, Names(named))
		}
		if name, ok := Name(s); ok {
			if _, ok := Unicode(name); !ok || Common(name) != name {
				t.Errorf("Name(%q) = %q is not the common name of an emoji", s, name)
			}
		}
		Unicode(s)
		Common(s)
	})
}

// Texts that could make a scan start over at every character: they take as
// long as any other.
func BenchmarkTexts(b *testing.B) {
	for name, unit := range map[string]string{
		"letters": "hola a todos ", "emoji": "👩🏾‍💻 ", "names": ":female-technologist::skin-tone-5:", "colons": ":", "open names": ":aaaaaaaa ",
		"digits": "1", "joiners": "👩\u200d", "tones": "🏽", "flags": "🇪", "selectors": "\ufe0f", "many selectors": "❤" + strings.Repeat("\ufe0f", 99_990),
	} {
		text := strings.Repeat(unit, 100_000/len(unit))
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				Show(Names(text))
			}
		})
	}
}
