package adaptertest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sereno/bot"
)

// said: what the bot says is there.
var said = []testCase{
	{"a message is there once, and calls whom it mentions", func(s *stage) {
		r := s.run().send(bot.Delivery{Message: bot.Message{
			Mentions: []string{s.Maria}, Title: "Recibido", Text: "Lo estamos mirando", Quote: "no anda",
			Fields: []bot.Field{{Label: "Prioridad", Value: "Alta"}}, Footer: "INC-7",
			Items:   []bot.Item{{Title: "Artículo", Body: "Cómo se arregla", URL: "https://kb.example.com/a?b=1&c=2"}},
			Buttons: []bot.Button{{ID: "solved", Label: "Resuelto", Value: "INC-7"}},
		}})
		m := s.shown(s.Support, r.Message)
		for _, word := range []string{"Recibido", "Lo estamos mirando", "no anda", "Prioridad", "Alta", "Artículo", "Cómo se arregla", "INC-7"} {
			if !strings.Contains(m.Text, word) {
				s.Errorf("%q is not in %q", word, m.Text)
			}
		}
		if !slices.Equal(m.Notifies, []string{s.Maria}) || !slices.Equal(m.Buttons, []string{"Resuelto"}) ||
			!slices.Equal(m.Links, []string{"https://kb.example.com/a?b=1&c=2"}) || m.Thread != "" || r.Channel != s.Support {
			s.Errorf("it is %+v", m)
		}
		if all := ours(s.Wire.Channel(s.Support)); len(all) != 1 {
			s.Errorf("there are %d", len(all))
		}
	}},
	{"an answer is in its thread", func(s *stage) {
		root := s.run().say("pregunta")
		r := s.send(bot.Delivery{Thread: bot.Ref{Message: root}, Message: bot.Message{Text: "respuesta"}})
		if m := s.shown(s.Support, r.Message); m.Thread != root || m.Text != "respuesta" {
			s.Errorf("it is %+v", m)
		}
		own := s.send(bot.Delivery{Channel: s.Team, Message: bot.Message{Text: "tarjeta"}})
		r = s.send(bot.Delivery{Channel: s.Team, Thread: bot.Ref{Message: own.Message}, Message: bot.Message{Text: "detalle"}})
		if m := s.shown(s.Team, r.Message); m.Thread != own.Message {
			s.Errorf("in a thread of our own it is %+v", m)
		}
	}},
	{"a direct message is for one person", func(s *stage) {
		s.run().send(bot.Delivery{Kind: bot.Direct, User: s.Ana, Message: bot.Message{Text: "para vos"}})
		if got := ours(s.Wire.Direct(s.Ana)); len(got) != 1 || got[0].Text != "para vos" {
			s.Errorf("Ana sees %+v", got)
		}
		if got := ours(s.Wire.Direct(s.Maria)); len(got) > 0 {
			s.Errorf("María sees %+v", got)
		}
	}},
	{"a page calls somebody, or everybody in a channel", func(s *stage) {
		s.run().send(bot.Delivery{Kind: bot.Page, User: s.Ana, Message: bot.Message{Title: "INC-7", Text: "vence"}})
		if got := ours(s.Wire.Direct(s.Ana)); len(got) != 1 || !strings.Contains(got[0].Text, "vence") {
			s.Errorf("Ana sees %+v", got)
		}
		r := s.send(bot.Delivery{Kind: bot.Page, Channel: s.Team, Message: bot.Message{Text: "vence"}})
		if m := s.shown(s.Team, r.Message); !slices.Equal(m.Notifies, []string{"everyone"}) {
			s.Errorf("a page to a channel calls %v", m.Notifies)
		}
	}},
	{"a private reply is for one person's eyes", func(s *stage) {
		s.run().Wire.Type(s.Ana, s.Team, "/incident take INC-7")
		trigger := s.in.First(s, "the command", func(e bot.Event) bool { return e.Kind == bot.CommandTyped }).Trigger
		s.send(bot.Delivery{Kind: bot.Ephemeral, Channel: s.Team, User: s.Ana, Trigger: trigger, Message: bot.Message{Text: "con el comando"}})
		s.send(bot.Delivery{Kind: bot.Refused, Channel: s.Team, User: s.Ana, Message: bot.Message{Text: "sin comando"}})
		s.send(bot.Delivery{Kind: bot.Ephemeral, Channel: s.Team, User: s.Ana, Trigger: "not-a-trigger", Message: bot.Message{Text: "con uno malo"}})
		private := s.Wire.Private(s.Ana)
		if n := len(having(private, "con el comando")); s.Adapter.Features().PrivateReply && n != 1 {
			s.Errorf("the answer to a command is shown privately %d times", n)
		}
		for _, text := range []string{"con el comando", "sin comando", "con uno malo"} {
			if n := len(having(private, text)) + len(having(s.Wire.Direct(s.Ana), text)); n != 1 {
				s.Errorf("Ana sees %q %d times", text, n)
			}
			if having(s.Wire.Channel(s.Team), text) != nil && len(having(s.Wire.Channel(s.Team), text)) > 0 {
				s.Errorf("everybody sees %q", text)
			}
		}
		if got := append(s.Wire.Private(s.Maria), s.Wire.Direct(s.Maria)...); len(got) > 0 {
			s.Errorf("María sees %+v", got)
		}
	}},
	{"a card is changed in place", func(s *stage) {
		s.needs(s.Adapter.Features().Edits, "edits")
		root := s.run().say("pregunta")
		for _, d := range []bot.Delivery{{}, {Thread: bot.Ref{Message: root}}, {Kind: bot.Direct, User: s.Ana}} {
			d.Message = bot.Message{Title: "INC-7", Text: "nuevo", Buttons: []bot.Button{{ID: "take", Label: "Tomar", Value: "INC-7"}}}
			r := s.send(d)
			change := bot.Delivery{Kind: bot.Update, Channel: r.Channel, Thread: d.Thread, Target: bot.Ref{Message: r.Message}}
			change.Message = bot.Message{Title: "INC-7", Text: "tomado", Buttons: []bot.Button{{ID: "resolve", Label: "Resolver", Value: "INC-7"}}}
			if got := s.send(change); got.Message != r.Message {
				s.Errorf("the receipt of the change names %q, not %q", got.Message, r.Message)
			}
			where := s.Wire.Channel
			if d.Kind == bot.Direct {
				where = func(string) []Shown { return s.Wire.Direct(s.Ana) }
			}
			all := ours(where(r.Channel))
			m := all[len(all)-1]
			if m.ID != r.Message || !strings.Contains(m.Text, "tomado") || strings.Contains(m.Text, "nuevo") || !slices.Equal(m.Buttons, []string{"Resolver"}) {
				s.Errorf("it reads %+v", m)
			}
		}
		if all := ours(s.Wire.Channel(s.Support)); len(all) != 2 {
			s.Errorf("there are %d messages", len(all))
		}
	}},
	{"a message is withdrawn, and again without harm", func(s *stage) {
		s.needs(s.Adapter.Features().Deletes, "deletes")
		root := s.run().say("pregunta")
		r := s.send(bot.Delivery{Thread: bot.Ref{Message: root}, Message: bot.Message{Text: "equivocado"}})
		for range 2 {
			s.send(bot.Delivery{
				Kind: bot.Withdraw, Thread: bot.Ref{Message: root}, Target: bot.Ref{Message: r.Message}, Message: bot.Message{Text: "(retirado)"},
			})
		}
		if left := having(ours(s.Wire.Channel(s.Support)), "equivocado"); len(left) > 0 {
			s.Errorf("it is still there: %+v", left)
		}
	}},
	{"a reaction is put on a message, and again without harm", func(s *stage) {
		s.needs(s.Adapter.Features().Reactions, "reactions")
		id := s.run().say("no anda")
		for _, name := range []string{"eyes", "eyes", "white_check_mark", "ticket"} {
			s.send(bot.Delivery{Kind: bot.React, Target: bot.Ref{Message: id}, Reaction: name})
		}
		if got := s.shown(s.Support, id).Reactions; !slices.Equal(got, []string{"eyes", "white_check_mark", "ticket"}) {
			s.Errorf("it bears %v", got)
		}
	}},
	{"files go out with their content, in a channel, a thread and directly", func(s *stage) {
		s.needs(s.Adapter.Features().Files, "files")
		root := s.run().say("pregunta")
		files := []Upload{{"informe ñ.txt", "text/plain", bytes.Repeat([]byte("línea\n"), 5000)}, {"x.png", "image/png", []byte("\x89PNG\r\n\x1a\nxx")}}
		for _, d := range []bot.Delivery{{}, {Thread: bot.Ref{Message: root}}, {Kind: bot.Direct, User: s.Ana}} {
			d.Message = bot.Message{Text: "adjunto el informe"}
			r := s.send(attach(d, files...))
			all := s.Wire.Channel(s.Support)
			if d.Kind == bot.Direct {
				all = s.Wire.Direct(s.Ana)
			}
			s.carries(slices.DeleteFunc(ours(all), func(m Shown) bool { return m.Thread != d.Thread.Message }), "adjunto el informe", files)
			if r.Message == "" {
				s.Error("the receipt names no message")
			}
		}
		r := s.send(attach(bot.Delivery{Channel: s.Team}, files[1]))
		s.carries(ours(s.Wire.Channel(s.Team)), "", files[1:])
		if r.Message == "" {
			s.Error("the receipt of a file without words names no message")
		}
	}},
	{"a long text is cut between words, whole and in order", func(s *stage) {
		root := s.run().say("pregunta")
		text, want := longText(6000)
		for _, d := range []bot.Delivery{{}, {Thread: bot.Ref{Message: root}}, {Kind: bot.Direct, User: s.Ana}} {
			d.Message = bot.Message{Text: text, Buttons: []bot.Button{{ID: "solved", Label: "Resuelto"}}}
			r := s.send(d)
			all := s.Wire.Channel(s.Support)
			if d.Kind == bot.Direct {
				all = s.Wire.Direct(s.Ana)
			}
			all = slices.DeleteFunc(ours(all), func(m Shown) bool { return m.Thread != d.Thread.Message })
			if len(all) < 2 || all[0].ID != r.Message {
				s.Errorf("%d messages, the receipt names %q", len(all), r.Message)
			}
			if got := numbered(all); !slices.Equal(got, want) {
				s.Errorf("of %d words in order, there are %d: %s", len(want), len(got), firstDifference(got, want))
			}
			var buttons []string
			for _, m := range all {
				buttons = append(buttons, m.Buttons...)
			}
			if !slices.Equal(buttons, []string{"Resuelto"}) {
				s.Errorf("buttons: %v", buttons)
			}
		}
	}},
	{"a long code block stays code when it is cut", func(s *stage) {
		var b strings.Builder
		b.WriteString("Antes\n\n```go\n")
		var want []string
		for i := range 1500 {
			word := fmt.Sprintf("w%05d", i)
			want = append(want, word)
			fmt.Fprintf(&b, "%s := *x_y* // <@everyone>\n", word)
		}
		b.WriteString("```\n\nDespués")
		s.run().send(bot.Delivery{Message: bot.Message{Markdown: b.String()}})
		all := ours(s.Wire.Channel(s.Support))
		if got := numbered(all); !slices.Equal(got, want) {
			s.Errorf("of %d lines in order, there are %d: %s", len(want), len(got), firstDifference(got, want))
		}
		whole := ""
		for _, m := range all {
			whole += m.Text
			if len(m.Notifies) > 0 {
				s.Errorf("it calls %v", m.Notifies)
			}
		}
		if strings.Contains(whole, "```") || strings.Count(whole, "*x_y*") != len(want) || !strings.Contains(whole, "Después") {
			s.Errorf("%d of %d lines read as code; fences in sight: %v", strings.Count(whole, "*x_y*"), len(want), strings.Contains(whole, "```"))
		}
	}},
	{"a message of nothing and one to nobody are refused for good", func(s *stage) {
		s.run()
		for what, d := range map[string]bot.Delivery{
			"a message of nothing":       {Kind: bot.Post, Channel: s.Support},
			"to nobody":                  {Kind: bot.Direct, Channel: "", User: "", Message: bot.Message{Text: "x"}},
			"an update of nothing":       {Kind: bot.Update, Channel: s.Support, Message: bot.Message{Text: "x"}},
			"to a channel that is not":   {Kind: bot.Post, Channel: s.Support + "x9", Message: bot.Message{Text: "x"}},
			"a form without its trigger": {Kind: bot.OpenForm, User: s.Ana, Form: &form},
		} {
			whole := s.delivery(d)
			whole.Channel = d.Channel
			_, err := s.try(whole)
			if known := asKnown(err); known == nil || !known.Permanent {
				s.Errorf("%s: %v", what, err)
			}
		}
	}},
}

// carries: the messages have the text once and the files with their content.
func (s *stage) carries(all []Shown, text string, files []Upload) {
	s.Helper()
	var got []Upload
	for _, m := range all {
		got = append(got, m.Files...)
	}
	if text != "" && len(having(all, text)) != 1 {
		s.Errorf("the text is there %d times", len(having(all, text)))
	}
	if len(got) != len(files) {
		s.Errorf("there are %d files, not %d", len(got), len(files))
		return
	}
	for i, f := range files {
		if got[i].Name != f.Name || !bytes.Equal(got[i].Content, f.Content) {
			s.Errorf("file %d is %q with %d bytes, not %q with %d", i, got[i].Name, len(got[i].Content), f.Name, len(f.Content))
		}
	}
}

// longText has n numbered words, in sentences and paragraphs.
func longText(n int) (text string, words []string) {
	var b strings.Builder
	for i := range n {
		word := fmt.Sprintf("w%05d", i)
		words = append(words, word)
		b.WriteString(word)
		switch {
		case i%97 == 96:
			b.WriteString(".\n\n")
		case i%13 == 12:
			b.WriteString(",\n")
		default:
			b.WriteString(" ")
		}
	}
	return b.String(), words
}

var number = regexp.MustCompile(`w[0-9]+`)

// numbered are the numbered words in the messages, those that were broken in pieces too.
func numbered(all []Shown) []string {
	var out []string
	for _, m := range all {
		out = append(out, number.FindAllString(m.Text, -1)...)
	}
	return out
}

func firstDifference(got, want []string) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("at %d there is %s", i, got[i])
		}
	}
	return "one is the beginning of the other"
}
