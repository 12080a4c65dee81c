package adaptertest

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"sereno/bot"
)

// hostile are texts that mean something to some platform. ID stands for
// somebody's id.
var hostile = map[string]string{
	"Slack's calls":         "<!channel> <!here> <!everyone> <!subteam^ID>",
	"everybody":             "@everyone @here @all @channel",
	"everybody in a word":   "x@everyone,@all;(@here)",
	"people by id":          "<@ID> <@!ID> <@&ID> <@ID|Ana>",
	"people by name":        "@ana @maria @Ana @María @sereno",
	"channels":              "<#ID> <#ID|x> ~town-square #general",
	"masked links":          "[x](https://evil.example/a) <https://evil.example/b|c>",
	"an image":              "![x](https://evil.example/d.png)",
	"a reference":           "[x][1] [1]: https://evil.example/e",
	"a script's link":       "[x](javascript:alert(1)) <javascript:x|y>",
	"a link in brackets":    "<https://evil.example/f> (https://evil.example/g)",
	"formatting":            "*a* _b_ **c** __d__ ~e~ ~~f~~ ||g|| `h`",
	"open formatting":       "*a _b ~c `d ||e ~~f **g",
	"escapes":               `\*a\* \_b\_ \<@ID> \\ \`,
	"a heading":             "# título\n## dos\n-# chico",
	"a quotation":           "> uno\n>>> dos",
	"a list":                "- uno\n* dos\n+ tres\n1. cuatro\n2) cinco",
	"a table and a rule":    "| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n***",
	"a code fence":          "```go\nx := 1\n```",
	"an open code fence":    "```\nx <!channel>",
	"other fences":          "~~~\nx\n~~~",
	"back quotes":           "`` ` `` ``` ` ````",
	"HTML":                  "<b>a</b><script>x('y')</script><!-- c --><br/>",
	"entities":              "&lt;!channel&gt; &amp;lt; &#64;everyone &commat;all",
	"times and commands":    "<t:1618953630:R> </incident:123> <id:customize>",
	"custom emoji":          "<a:x:123> <:y:456> :z9z9: ::",
	"dates":                 "<!date^1392734382^{date}|x>",
	"formulas":              "$x^2$ $$y$$ ```latex```",
	"control characters":    "a\x00b\x07c\x1b[31md\x7fe",
	"direction and nothing": "a\u202eb\u200fc\u200bd\u2066e\u2069\ufefff",
	"a joined mention":      "@\u200beveryone <\u200b!channel>",
	"broken UTF-8":          "a\xff\xfeb\xc3",
	"many marks":            "z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
	"another script":        "مرحبا @everyone עולם",
}

// words: nobody's words do anything but be read.
var words = []testCase{
	{"hostile text in every field is read literally and calls nobody", func(s *stage) {
		s.run()
		before := 0
		for name, text := range hostile {
			text = strings.ReplaceAll(text, "ID", s.Ana)
			s.send(bot.Delivery{Channel: s.Team, Message: bot.Message{
				Title: "título " + text, From: text, Text: text, Quote: "cita " + text, Footer: "pie " + text,
				Fields:  []bot.Field{{Label: text, Value: "valor " + text}},
				Items:   []bot.Item{{Title: "entrada " + text, Body: "cuerpo " + text}, {Title: "otra", URL: "javascript:" + text}},
				Buttons: []bot.Button{{ID: "solved", Label: text, Value: text}},
			}})
			all := s.Wire.Channel(s.Team)[before:]
			before += len(all)
			s.inert(name, all, text, "título "+text, "cita "+text, "pie "+text, "valor "+text, "entrada "+text, "cuerpo "+text)
			if len(all) == 0 || len(all[len(all)-1].Buttons) != 1 {
				s.Errorf("%s: the button is gone", name)
			}
		}
	}},
	{"hostile text goes into every other way of saying it", func(s *stage) {
		root := s.run().say("pregunta")
		edits := s.Adapter.Features().Edits
		for name, text := range hostile {
			text = strings.ReplaceAll(text, "ID", s.Maria)
			m := bot.Message{Text: text}
			before := len(s.Wire.Channel(s.Support))
			r := s.send(bot.Delivery{Thread: bot.Ref{Message: root}, Message: m})
			s.inert(name, s.Wire.Channel(s.Support)[before:], text)
			if edits {
				s.send(bot.Delivery{Kind: bot.Update, Thread: bot.Ref{Message: root}, Target: bot.Ref{Message: r.Message}, Message: bot.Message{Text: "dos " + text}})
				s.inert(name+", edited", s.Wire.Channel(s.Support)[before:], "dos "+text)
			}
			directs := len(s.Wire.Direct(s.Ana))
			s.send(bot.Delivery{Kind: bot.Direct, User: s.Ana, Message: m})
			s.inert(name+", directly", s.Wire.Direct(s.Ana)[directs:], text)
			directs = len(s.Wire.Direct(s.Ana))
			private := len(s.Wire.Private(s.Ana))
			s.send(bot.Delivery{Kind: bot.Ephemeral, Channel: s.Support, User: s.Ana, Message: m})
			s.inert(name+", privately", append(s.Wire.Private(s.Ana)[private:], s.Wire.Direct(s.Ana)[directs:]...), text)
		}
	}},
	{"a hundred kilobytes of hostile text lose nothing and call nobody", func(s *stage) {
		s.run()
		var b strings.Builder
		var want []string
		for i := 0; b.Len() < 100_000; i++ {
			word := fmt.Sprintf("w%05d", i)
			want = append(want, word)
			fmt.Fprintf(&b, "%s @everyone <!channel> @all <@%s> **x** `y` <&> ", word, s.Ana)
		}
		s.send(bot.Delivery{Message: bot.Message{Text: b.String()}})
		all := ours(s.Wire.Channel(s.Support))
		if got := numbered(all); !slices.Equal(got, want) {
			s.Errorf("of %d words in order, there are %d: %s", len(want), len(got), firstDifference(got, want))
		}
		s.inert("it", all)
		before := len(s.Wire.Channel(s.Support))
		long := strings.Repeat("@everyone ", 1000)
		s.send(bot.Delivery{Message: bot.Message{
			Title: long, From: long, Text: "texto", Footer: long, Fields: []bot.Field{{Label: long, Value: long}},
			Items: []bot.Item{{Title: long, Body: long}}, Buttons: []bot.Button{{ID: "solved", Label: long}},
		}})
		s.inert("in the other fields", s.Wire.Channel(s.Support)[before:], "texto")
	}},
	{"our Markdown is shown, and calls nobody", func(s *stage) {
		s.run().send(bot.Delivery{Message: bot.Message{From: "Ana", Markdown: strings.ReplaceAll(strings.Join([]string{
			"Hacé **esto** y *aquello*, ~~no eso~~, con `kubectl get *`: [la guía](https://kb.example.com/a).",
			"- uno\n- dos", "1. tres\n2. cuatro", "```sh\nrm *_x_*\n```", "> dicho",
			"@everyone <!channel> @all @here <@ID> <@!ID> [@all](https://kb.example.com/b) **@everyone** <!here|x>",
		}, "\n\n"), "ID", s.Maria)}})
		all := ours(s.Wire.Channel(s.Support))
		whole := ""
		for _, m := range all {
			whole += m.Text + "\n"
			if len(m.Notifies) > 0 {
				s.Errorf("it calls %v", m.Notifies)
			}
			for _, link := range m.Links {
				if !strings.HasPrefix(link, "https://kb.example.com/") {
					s.Errorf("it links to %s", link)
				}
			}
		}
		for _, word := range []string{"Ana", "esto y aquello", "no eso", "kubectl get *", "la guía", "uno", "dos", "tres", "cuatro", "rm *_x_*", "dicho", "everyone"} {
			if !strings.Contains(whole, word) {
				s.Errorf("%q is not in %q", word, whole)
			}
		}
		for _, mark := range []string{"**esto", "~~no", "](", "```", "`kubectl"} {
			if strings.Contains(whole, mark) {
				s.Errorf("%q shows in %q", mark, whole)
			}
		}
		if !slices.ContainsFunc(all, func(m Shown) bool { return slices.Contains(m.Links, "https://kb.example.com/a") }) {
			s.Errorf("the guide cannot be followed")
		}
	}},
	{"hostile Markdown calls nobody, and links to the web alone", func(s *stage) {
		s.run()
		all := maps.Clone(hostile)
		all["a giant table"] = strings.Repeat("| @everyone | <!channel> | <@ID> |\n|---|---|---|\n", 200)
		all["marks without end"] = strings.Repeat("**@everyone _<@ID> [", 300)
		all["deep quotations and lists"] = strings.Repeat("> - ", 300) + "@everyone <!here>"
		all["one endless word"] = strings.Repeat("@everyone", 1000)
		before := 0
		for name, text := range all {
			text = strings.ReplaceAll(text, "ID", s.Ana)
			for _, md := range []string{text, "[" + text + "](https://kb.example.com/" + url.PathEscape(text[:min(len(text), 200)]) + ")", "```\n" + text + "\n```\n" + text} {
				s.send(bot.Delivery{Channel: s.Team, Message: bot.Message{Title: "artículo", Markdown: md}})
				shown := s.Wire.Channel(s.Team)[before:]
				before += len(shown)
				if len(shown) == 0 {
					s.Errorf("%s: nothing is shown", name)
				}
				for _, m := range shown {
					if len(m.Notifies) > 0 {
						s.Errorf("%s: it calls %v: %.300q", name, m.Notifies, m.Text)
					}
					for _, link := range m.Links {
						if !strings.HasPrefix(link, "https://evil.example/") && !strings.HasPrefix(link, "https://kb.example.com/") {
							s.Errorf("%s: it links to %.300q", name, link)
						}
					}
				}
			}
		}
	}},
	{"hostile text in a form harms nothing", func(s *stage) {
		s.needs(s.Adapter.Features().Forms, "forms")
		s.run()
		for name, text := range hostile {
			text = strings.ReplaceAll(text, "ID", s.Ana)
			s.Wire.Type(s.Ana, s.Team, "/incident resolve INC-7")
			asked := s.in.First(s, "the command", func(e bot.Event) bool { return e.Kind == bot.CommandTyped && s.unused(e.Key) })
			f := bot.Form{
				ID: "resolve", Title: text, Text: text, Submit: text, Value: text,
				Inputs: []bot.Input{
					{Name: "what", Label: text, Hint: text, Value: text},
					{Name: "origin", Label: "Origen", Options: []bot.Option{{Value: "a", Label: text}, {Value: "b", Label: "B"}}},
				},
			}
			s.send(bot.Delivery{Kind: bot.OpenForm, User: s.Ana, Channel: s.Team, Trigger: asked.Trigger, Form: &f})
			if open := s.Wire.Form(s.Ana); open == nil || len(open.Inputs) != 2 {
				s.Errorf("%s: the form is %+v", name, open)
				continue
			}
			s.Wire.Submit(s.Ana, map[string]string{"what": "dicho " + name, "origin": "b"})
			e := s.in.First(s, name, func(e bot.Event) bool { return e.Fields["what"] == "dicho "+name })
			if literal(e.Value) != literal(text) || e.Fields["origin"] != "b" {
				s.Errorf("%s: it came back as %+v", name, e)
			}
		}
	}},
}

// unused reports, of each event's key, whether it is asked for the first time.
func (s *stage) unused(key string) bool {
	if s.used[key] {
		return false
	}
	if s.used == nil {
		s.used = map[string]bool{}
	}
	s.used[key] = true
	return true
}

// inert: the messages call nobody, every link in them reads as what it is, and
// the texts are there to the letter.
func (s *stage) inert(name string, all []Shown, texts ...string) {
	s.Helper()
	var whole strings.Builder
	for _, m := range all {
		whole.WriteString(m.Text + " ")
		if len(m.Notifies) > 0 {
			s.Errorf("%s: it calls %v: %.300q", name, m.Notifies, m.Text)
		}
		for _, link := range m.Links {
			if !strings.Contains(m.Text, strings.TrimSuffix(link, "/")) {
				s.Errorf("%s: behind %.300q there is a link to %s", name, m.Text, link)
			}
		}
	}
	read := literal(whole.String())
	for _, text := range texts {
		if !strings.Contains(read, literal(text)) {
			s.Errorf("%s: %.200q reads %.600q", name, text, whole.String())
		}
	}
}

// literal is what of a text a reader sees: without characters that have no
// shape, and with any blank between words.
func literal(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r == unicode.ReplacementChar || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)), " ")
}
