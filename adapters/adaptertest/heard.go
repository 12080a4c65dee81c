package adaptertest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"sereno/bot"
)

// heard: what people do becomes events.
var heard = []testCase{
	{"a message is heard", func(s *stage) {
		id := s.run().say("La API devuelve 500")
		e := s.heard(bot.MessagePosted, id)
		if e.Text != "La API devuelve 500" || e.Thread != "" || e.Direct || e.Mentioned || e.Markdown != "" || len(e.Files) > 0 {
			s.Errorf("it is %+v", e)
		}
		s.isMarias(e, s.Support)
	}},
	{"a reply is heard in its thread", func(s *stage) {
		root := s.run().say("pregunta")
		card := s.send(bot.Delivery{Channel: s.Team, Message: bot.Message{Text: "tarjeta"}})
		for _, c := range []struct{ channel, root string }{{s.Support, root}, {s.Team, card.Message}} {
			e := s.heard(bot.MessagePosted, s.Wire.Say(s.Maria, c.channel, c.root, "respuesta"))
			if e.Thread != c.root || e.Text != "respuesta" {
				s.Errorf("the reply is %+v", e)
			}
			s.isMarias(e, c.channel)
		}
	}},
	{"an edit is heard", func(s *stage) {
		id := s.run().say("anes")
		s.heard(bot.MessagePosted, id)
		s.Wire.Edit(s.Support, id, "antes")
		e := s.heard(bot.MessageEdited, id)
		if e.Text != "antes" {
			s.Errorf("it is %+v", e)
		}
		s.isMarias(e, s.Support)
		s.Wire.Edit(s.Support, id, "después")
		s.in.First(s, "the second edit", func(e bot.Event) bool { return e.Kind == bot.MessageEdited && e.Text == "después" })
	}},
	{"an edit and a removal in a thread are heard with it", func(s *stage) {
		root := s.run().say("pregunta")
		id := s.Wire.Say(s.Maria, s.Support, root, "respuesta")
		s.heard(bot.MessagePosted, id)
		s.Wire.Edit(s.Support, id, "otra respuesta")
		if e := s.heard(bot.MessageEdited, id); e.Thread != root || e.Channel != s.Support {
			s.Errorf("the edit is %+v", e)
		}
		s.Wire.Delete(s.Support, id)
		if e := s.heard(bot.MessageDeleted, id); e.Channel != s.Support {
			s.Errorf("the removal is %+v", e)
		}
	}},
	{"a removal is heard", func(s *stage) {
		id := s.run().say("secreto")
		s.heard(bot.MessagePosted, id)
		s.Wire.Delete(s.Support, id)
		e := s.heard(bot.MessageDeleted, id)
		if e.Text != "" || e.Channel != s.Support || e.Platform != s.Adapter.Platform() {
			s.Errorf("it is %+v", e)
		}
	}},
	{"a reaction is heard by its common name", func(s *stage) {
		id := s.run().say("no anda")
		s.heard(bot.MessagePosted, id)
		for _, name := range []string{"ticket", "white_check_mark", "eyes", "+1"} {
			s.Wire.React(s.Ana, s.Support, id, name)
			e := s.in.First(s, "the reaction "+name, func(e bot.Event) bool { return e.Kind == bot.Reacted && e.Reaction == name })
			if e.Message != id || e.Channel != s.Support || e.User != s.Ana || e.Key == "" {
				s.Errorf("it is %+v", e)
			}
		}
	}},
	{"a direct message is heard", func(s *stage) {
		id := s.run().Wire.Say(s.Maria, "", "", "hola")
		e := s.heard(bot.MessagePosted, id)
		if !e.Direct || e.Channel == "" || e.Text != "hola" {
			s.Errorf("it is %+v", e)
		}
		s.isMarias(e, e.Channel)
	}},
	{"a mention of the bot is noted and left out of the text", func(s *stage) {
		e := s.heard(bot.MessagePosted, s.run().say("{bot} status INC-7"))
		if !e.Mentioned || e.Text != "status INC-7" {
			s.Errorf("it is %+v", e)
		}
		e = s.heard(bot.MessagePosted, s.say("gracias {bot}"))
		if !e.Mentioned || e.Text != "gracias" {
			s.Errorf("it is %+v", e)
		}
	}},
	{"mentions of people are names", func(s *stage) {
		e := s.heard(bot.MessagePosted, s.run().say("¿{ana} o {maria}?"))
		low := strings.ReplaceAll(strings.ToLower(e.Text), "í", "i")
		if low != "¿@ana o @maria?" || e.Mentioned {
			s.Errorf("it reads %q, the bot mentioned %v", e.Text, e.Mentioned)
		}
		e = s.heard(bot.MessagePosted, s.say("{everyone} ayuda"))
		if !strings.HasPrefix(e.Text, "@") || !strings.HasSuffix(e.Text, " ayuda") {
			s.Errorf("a call to everybody reads %q", e.Text)
		}
	}},
	{"emoji in a text have the same names everywhere", func(s *stage) {
		e := s.heard(bot.MessagePosted, s.run().say("listo ✅ 🎫 👀 👍"))
		if e.Text != "listo :white_check_mark: :ticket: :eyes: :+1:" {
			s.Errorf("it reads %q", e.Text)
		}
	}},
	{"odd text comes in whole", func(s *stage) {
		s.run()
		for _, text := range []string{"a & b < c > d", "línea 1\nlínea 2", "العربية 日本語", `C:\temp\x "q" 'q'`, "100 % de $5 #1"} {
			if e := s.heard(bot.MessagePosted, s.say(text)); e.Text != text {
				s.Errorf("%q came in as %q", text, e.Text)
			}
		}
	}},
	{"a pressed button comes back with what the bot attached", func(s *stage) {
		root := s.run().say("no anda")
		for _, d := range []bot.Delivery{
			{Channel: s.Support},
			{Channel: s.Support, Thread: bot.Ref{Message: root}},
			{Kind: bot.Direct, User: s.Ana},
		} {
			d.Message = bot.Message{Text: "¿resuelto?", Buttons: []bot.Button{
				{ID: "solved", Label: "Sí", Value: "INC-7"}, {ID: "solved", Label: "Casi", Value: "INC-7:almost", Primary: true}, {ID: "reopen", Label: "No", Value: "INC-7", Danger: true},
			}}
			r := s.send(d)
			s.Wire.Press(s.Ana, r.Channel, r.Message, "Casi")
			e := s.in.First(s, "the press", func(e bot.Event) bool { return e.Kind == bot.ButtonPressed && e.Message == r.Message })
			if e.Button != "solved" || e.Value != "INC-7:almost" || e.User != s.Ana || e.Channel != r.Channel || e.Thread != d.Thread.Message ||
				e.Direct != (d.Kind == bot.Direct) || e.Trigger == "" || e.Key == "" || e.At.IsZero() {
				s.Errorf("the press is %+v", e)
			}
		}
	}},
	{"a typed command is heard as typed", func(s *stage) {
		s.run().Wire.Type(s.Ana, s.Team, "/incident take INC-7")
		e := s.in.First(s, "the command", func(e bot.Event) bool { return e.Kind == bot.CommandTyped })
		if e.Text != "/incident take INC-7" || e.User != s.Ana || e.Channel != s.Team || e.Trigger == "" || e.Key == "" || e.At.IsZero() || e.Direct {
			s.Errorf("it is %+v", e)
		}
	}},
	{"a form that a press opens comes back with its values", func(s *stage) {
		s.needs(s.Adapter.Features().Forms, "forms")
		r := s.run().send(bot.Delivery{Message: bot.Message{Text: "tarjeta", Buttons: []bot.Button{{ID: "resolve", Label: "Resolver", Value: "INC-7"}}}})
		s.Wire.Press(s.Ana, s.Support, r.Message, "Resolver")
		s.fillIn(s.in.First(s, "the press", func(e bot.Event) bool { return e.Kind == bot.ButtonPressed }))
	}},
	{"a form that a command opens comes back with its values", func(s *stage) {
		s.needs(s.Adapter.Features().Forms, "forms")
		s.run().Wire.Type(s.Ana, s.Team, "/incident resolve INC-7")
		s.fillIn(s.in.First(s, "the command", func(e bot.Event) bool { return e.Kind == bot.CommandTyped }))
	}},
	{"an article that is to be sent is edited in a form that holds its words", func(s *stage) {
		s.needs(s.Adapter.Features().Forms, "forms")
		r := s.run().send(bot.Delivery{Message: bot.Message{
			Title: "Para responder INC-7", Items: []bot.Item{{Title: "1. Error 500", Body: passage}, {Title: "2. Interno", Body: passage}},
			Buttons: []bot.Button{
				{ID: "offer_show", Label: "Ver 1", Value: "INC-7:1"},
				{ID: "offer_send", Label: "Enviar 1 al cliente", Value: "INC-7:1"},
				{ID: "offer_show", Label: "Ver 2", Value: "INC-7:2"},
			},
		}})
		s.Wire.Press(s.Ana, s.Support, r.Message, "Enviar 1 al cliente")
		e := s.in.First(s, "the press", func(e bot.Event) bool { return e.Kind == bot.ButtonPressed })
		if e.Button != "offer_send" || e.Value != "INC-7:1" {
			s.Fatalf("the press is %+v", e)
		}
		s.send(bot.Delivery{Kind: bot.OpenForm, User: s.Ana, Channel: e.Channel, Trigger: e.Trigger, Form: &bot.Form{
			ID: "send_article", Title: "Enviar · INC-7", Submit: "Enviar", Value: "INC-7:1:3", Text: "Acme va a leer esto, con tu nombre.",
			Inputs: []bot.Input{{Name: "words", Label: "Qué decirle al cliente", Hint: "Se puede cambiar", Multiline: true, Value: passage}},
		}})
		open := s.Wire.Form(s.Ana)
		if open == nil || open.Holds["words"] != passage {
			s.Fatalf("the form is %+v", open)
		}
		edited := "Hola María:\n" + passage + "\n¿Te sirve?"
		s.Wire.Submit(s.Ana, map[string]string{"words": edited})
		sent := s.in.First(s, "the form", func(e bot.Event) bool { return e.Kind == bot.FormSent })
		if sent.Form != "send_article" || sent.Value != "INC-7:1:3" || sent.Fields["words"] != edited || sent.User != s.Ana {
			s.Errorf("the form came back as %+v", sent)
		}
	}},
	{"attachments are heard and can be read", func(s *stage) {
		s.needs(s.Adapter.Features().Files, "files")
		s.run()
		big := bytes.Repeat([]byte("0123456789abcdef"), 20_000)
		files := []Upload{{"captura ñ.png", "image/png", []byte("\x89PNG\r\n\x1a\nxx")}, {"log.txt", "text/plain", big}}
		e := s.heard(bot.MessagePosted, s.Wire.Say(s.Maria, s.Support, "", "mirá", files...))
		if e.Text != "mirá" || len(e.Files) != len(files) {
			s.Fatalf("it is %+v", e)
		}
		for i, f := range e.Files {
			if f.Name != files[i].Name || f.Size != int64(len(files[i].Content)) || !strings.HasPrefix(f.Type, files[i].Type) ||
				f.Platform != s.Adapter.Platform() {
				s.Errorf("file %d is %+v", i, f)
			}
			if got := s.read(f); !bytes.Equal(got, files[i].Content) {
				s.Errorf("%s holds %d bytes, not %d", f.Name, len(got), len(files[i].Content))
			}
		}
		alone := s.heard(bot.MessagePosted, s.Wire.Say(s.Maria, s.Support, "", "", files[0]))
		if len(alone.Files) != 1 || alone.Text != "" {
			s.Errorf("a file without words is %+v", alone)
		}
	}},
	{"our secrets go to nobody who names an address of their own", func(s *stage) {
		source, ok := s.Adapter.(bot.FileSource)
		s.needs(ok && s.Adapter.Features().Files, "files")
		s.run()
		var mu sync.Mutex
		var got strings.Builder
		evil := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			if err := r.Header.Write(&got); err != nil {
				s.Errorf("note what came: %v", err)
			}
			got.WriteString(r.URL.String())
		}))
		defer evil.Close()
		address := evil.URL + "/files/x"
		if body, err := source.OpenFile(s.Context(), bot.File{ID: address, URL: address, Name: "x", Platform: s.Adapter.Platform()}); err == nil {
			if err := body.Close(); err != nil {
				s.Errorf("close what came of a stranger: %v", err)
			}
		}
		mu.Lock()
		defer mu.Unlock()
		for _, secret := range s.Secrets {
			if strings.Contains(got.String(), secret) {
				s.Errorf("a stranger got the secret %q", secret)
			}
		}
	}},
	{"what the bot does itself is not heard", func(s *stage) {
		r := s.run().send(bot.Delivery{Message: bot.Message{Text: "de nosotros"}})
		if s.Adapter.Features().Edits {
			s.send(bot.Delivery{Kind: bot.Update, Target: bot.Ref{Message: r.Message}, Message: bot.Message{Text: "editado"}})
		}
		if s.Adapter.Features().Reactions {
			s.send(bot.Delivery{Kind: bot.React, Target: bot.Ref{Message: r.Message}, Reaction: "eyes"})
		}
		s.heard(bot.MessagePosted, s.say("de María"))
		if all := s.in.Events(); len(all) != 1 {
			s.Errorf("accepted: %s", list(all))
		}
	}},
	{"every kind of event that is handed over twice has one key", func(s *stage) {
		s.run()
		id := s.say("mensaje")
		s.once(bot.MessagePosted)
		s.Wire.Say(s.Maria, s.Support, id, "respuesta")
		s.twice(bot.MessagePosted, 2)
		s.Wire.Edit(s.Support, id, "otro mensaje")
		s.once(bot.MessageEdited)
		s.Wire.React(s.Ana, s.Support, id, "ticket")
		s.once(bot.Reacted)
		s.Wire.Delete(s.Support, s.Wire.Say(s.Maria, s.Support, "", "se va"))
		s.once(bot.MessageDeleted)
		s.Wire.Type(s.Ana, s.Team, "/incident take INC-7")
		s.once(bot.CommandTyped)
		r := s.send(bot.Delivery{Message: bot.Message{Text: "tarjeta", Buttons: []bot.Button{{ID: "resolve", Label: "Resolver", Value: "INC-7"}}}})
		s.Wire.Press(s.Ana, s.Support, r.Message, "Resolver")
		s.once(bot.ButtonPressed)
		if !s.Adapter.Features().Forms {
			return
		}
		pressed := s.in.First(s, "the press", func(e bot.Event) bool { return e.Kind == bot.ButtonPressed })
		s.send(bot.Delivery{Kind: bot.OpenForm, User: s.Ana, Channel: s.Support, Trigger: pressed.Trigger, Form: &form})
		s.Wire.Submit(s.Ana, map[string]string{"what": "reinicio", "origin": "ours"})
		s.once(bot.FormSent)
	}},
	{"what arrives in the wrong order is all heard", func(s *stage) {
		s.run()
		s.Wire.Reverse(3)
		first, second, third := s.say("uno"), s.say("dos"), s.say("tres")
		for _, id := range []string{first, second, third} {
			s.heard(bot.MessagePosted, id)
		}
		s.Wire.Reverse(2)
		s.Wire.Edit(s.Support, first, "uno, mejor")
		s.Wire.Delete(s.Support, first)
		s.heard(bot.MessageEdited, first)
		s.heard(bot.MessageDeleted, first)
		s.heard(bot.MessagePosted, s.say("cuatro"))
		if all := s.in.Events(); len(all) != 6 {
			s.Errorf("accepted: %s", list(all))
		}
	}},
}

// needs skips the case where the platform lacks something.
func (s *stage) needs(has bool, what string) {
	s.Helper()
	if !has {
		s.Skipf("%s has no %s", s.Adapter.Platform(), what)
	}
}

// isMarias checks what is the same in everything that María writes.
func (s *stage) isMarias(e bot.Event, channel string) {
	s.Helper()
	if e.Platform != s.Adapter.Platform() || !strings.HasPrefix(e.Key, e.Platform+":") || e.Channel != channel || e.Message == "" ||
		e.User != s.Maria || !strings.EqualFold(strings.ReplaceAll(e.UserName, "í", "i"), "maria") {
		s.Errorf("whose and where: %+v", e)
	}
	if age := time.Since(e.At); age.Abs() > time.Minute || e.At.Location() != time.UTC {
		s.Errorf("it happened %s ago, in %s", age, e.At.Location())
	}
}

// read reads an attachment to its end.
func (s *stage) read(f bot.File) []byte {
	s.Helper()
	source, ok := s.Adapter.(bot.FileSource)
	if !ok {
		s.Fatal("the adapter says that it has files and cannot open one")
	}
	body, err := source.OpenFile(s.Context(), f)
	if err != nil {
		s.Fatalf("open %s: %v", f.Name, err)
	}
	defer body.Close()
	all, err := io.ReadAll(body)
	if err != nil {
		s.Fatalf("read %s: %v", f.Name, err)
	}
	return all
}

var form = bot.Form{
	ID: "resolve", Title: "¿Qué se hizo?", Submit: "Enviar", Value: "INC-7", Text: "Lo verá el cliente.",
	Inputs: []bot.Input{
		{Name: "what", Label: "Qué", Hint: "Una frase", Multiline: true, Value: "nada"},
		{Name: "origin", Label: "Origen", Options: []bot.Option{{Value: "ours", Label: "Nuestro"}, {Value: "theirs", Label: "Del cliente"}}},
		{Name: "note", Label: "Nota", Optional: true},
	},
}

// passage is as long as an article's title and passage can be.
var passage = "La API de pagos devuelve <500> & *errores*\n\n" + strings.Repeat("1. Probá `GET /estado` con pay_8841_x: ", 30) + "fin."

// fillIn opens a form in answer to the event, fills it in and sends it.
func (s *stage) fillIn(asked bot.Event) {
	s.Helper()
	s.send(bot.Delivery{Kind: bot.OpenForm, User: s.Ana, Channel: asked.Channel, Trigger: asked.Trigger, Form: &form})
	open := s.Wire.Form(s.Ana)
	if open == nil {
		s.Fatal("no form is open")
	}
	if open.Title == "" || !slices.Equal(open.Inputs, []string{"what", "origin", "note"}) || !slices.Equal(open.Values["origin"], []string{"ours", "theirs"}) {
		s.Errorf("the form is %+v", open)
	}
	s.Wire.Submit(s.Ana, map[string]string{"what": "reinicio\nde todo <&> *x*", "origin": "theirs"})
	e := s.in.First(s, "the form", func(e bot.Event) bool { return e.Kind == bot.FormSent })
	if e.Form != "resolve" || e.Value != "INC-7" || e.User != s.Ana || e.Fields["what"] != "reinicio\nde todo <&> *x*" ||
		e.Fields["origin"] != "theirs" || e.Fields["note"] != "" || e.Key == "" || e.At.IsZero() {
		s.Errorf("the form came back as %+v", e)
	}
}

// once waits for the one event of its kind, has it handed over again, and sees
// that there is still one.
func (s *stage) once(kind bot.EventKind) { s.Helper(); s.twice(kind, 1) }

func (s *stage) twice(kind bot.EventKind, want int) {
	s.Helper()
	count := func() (n int) {
		for _, e := range s.in.Events() {
			if e.Kind == kind && !strings.HasPrefix(e.Text, "marca ") && e.Text != "se va" {
				n++
			}
		}
		return n
	}
	s.in.Wait(s, string(kind)+" was heard", func() bool { return count() == want })
	s.Wire.Again()
	s.serial++
	s.heard(bot.MessagePosted, s.say("marca "+string(kind)))
	if n := count(); n != want {
		s.Errorf("a %s that came again is %d events: %s", kind, n, list(s.in.Events()))
	}
}
