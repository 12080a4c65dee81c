package bot_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"sereno/adapters/console"
	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/markup"
)

// abroad is a second platform: acme's channel is there, and it remembers what it
// was given.
type abroad struct {
	features bot.Features
	files    map[string]string
	given    []*bot.Delivery
	ends     error
	slow     error  // of OpenFile
	opened   func() // during OpenFile
}

func (a *abroad) Platform() string       { return "abroad" }
func (a *abroad) Features() bot.Features { return a.features }

func (a *abroad) Run(ctx context.Context, in bot.Inbox) error {
	in.CaughtUp("abroad")
	if a.ends != nil {
		return a.ends
	}
	<-ctx.Done()
	return nil
}

func (a *abroad) Deliver(_ context.Context, d *bot.Delivery) (bot.Receipt, error) {
	a.given = append(a.given, d)
	return bot.Receipt{Channel: d.Channel, Message: fmt.Sprintf("a%d", len(a.given))}, nil
}

func (a *abroad) OpenFile(_ context.Context, f bot.File) (io.ReadCloser, error) {
	if a.slow != nil {
		return nil, a.slow
	}
	if a.opened != nil {
		a.opened()
	}
	content, ok := a.files[f.ID]
	if !ok {
		return nil, &bot.DeliveryError{Permanent: true, Err: errors.New("no such file")}
	}
	return io.NopCloser(strings.NewReader(content)), nil
}

// newBridge is a world in which acme writes abroad and its team is at home.
func newBridge(t *testing.T) (*world, *abroad) {
	there := &abroad{
		features: bot.Features{PrivateReply: true, Forms: true, Edits: true, Deletes: true, Reactions: true, Files: true, Home: true},
		files:    map[string]string{},
	}
	w := newWorld(t, func(o *bot.Options) {
		o.Adapters = append(o.Adapters, there)
		o.Company.Customer("acme").Channels = []company.ChannelID{{Platform: "abroad", ID: "shop"}}
		o.Company.Person("ana").Identities["abroad"] = "ANA"
	})
	return w, there
}

// abroad lets something happen there; the author is a stranger unless the event says who.
func (w *world) abroad(e bot.Event) {
	w.t.Helper()
	w.forged++
	e.Key, e.Platform, e.Channel = fmt.Sprintf("abroad:f%d", w.forged), "abroad", "shop"
	if e.At.IsZero() {
		e.At = w.Now()
	}
	if e.User == "" {
		e.User, e.UserName = "M1", "María"
	}
	w.must2(w.bot.Accept(w.t.Context(), e))
	w.must2(w.Settle(w.t.Context()))
}

func (w *world) reports(files ...bot.File) {
	w.t.Helper()
	w.abroad(bot.Event{Kind: bot.MessagePosted, Message: "p1", Text: report, Files: files})
}

// told are the deliveries of the kind since last asked.
func (a *abroad) told(kind bot.DeliveryKind) []*bot.Delivery {
	var out []*bot.Delivery
	for _, d := range a.given {
		if d.Kind == kind {
			out = append(out, d)
		}
	}
	a.given = nil
	return out
}

func (w *world) cardID() string {
	w.t.Helper()
	for _, m := range w.Messages("payments-team", "ana") {
		if m.Purpose == "card" && m.Incident == "INC-1" {
			return m.ID
		}
	}
	w.t.Fatal("no card")
	return ""
}

func TestWhatTheCustomerWritesAbroadArrivesUnderTheCard(t *testing.T) {
	w, _ := newBridge(t)
	w.reports()
	card := w.cardID()
	w.records = nil
	w.abroad(bot.Event{Kind: bot.MessagePosted, Message: "p2", Thread: "p1", Text: "también con *Visa* @everyone"})
	r := w.one(bot.Post)
	if r.Thread != card || r.Message.From != "María · Acme S.A." || r.Message.Quote != "también con *Visa* @everyone" {
		t.Errorf("%+v", r)
	}
	if len(r.Message.Buttons) != 1 || r.Message.Buttons[0].ID != "reply" {
		t.Errorf("buttons %+v", r.Message.Buttons)
	}

	w.abroad(bot.Event{Kind: bot.MessageEdited, Message: "p2", Thread: "p1", Text: "también con Master"})
	if m, _ := w.Message(r.ID); m.Body.Quote != "también con Master" || m.Body.From == "" {
		t.Errorf("after the edit it reads %+v", m.Body)
	}
	w.abroad(bot.Event{Kind: bot.MessageDeleted, Message: "p2", Thread: "p1"})
	if m, _ := w.Message(r.ID); strings.Contains(m.Body.Plain(), "Master") || !strings.Contains(m.Body.Plain(), "borró") {
		t.Errorf("after the deletion it reads %+v", m.Body)
	}
}

func TestALongReportIsReadWholeUnderTheCard(t *testing.T) {
	w := newWorld(t)
	long := report + ": " + strings.Repeat("línea de registro ", 100) + "fin"
	w.say("maria", "acme-support", "", long)
	for _, r := range w.said(bot.Post) {
		if r.Purpose == "relay" && r.Message.Quote == long && r.Thread != "" {
			return
		}
	}
	t.Error("the end is nowhere")
}

func TestTheTeamsTalkStaysInside(t *testing.T) {
	w, there := newBridge(t)
	w.reports()
	there.given = nil
	w.say("ana", "payments-team", w.cardID(), "este cliente es un pesado")
	w.say("luis", "payments-team", w.cardID(), "@maria ya sale")
	w.say("diego", "payments-team", "", "reply INC-1 hola")
	if len(there.given) > 0 {
		t.Errorf("it got out: %+v", there.given[0].Message)
	}
}

func TestAnAnswerCrossesAndIsShownToHaveGoneOut(t *testing.T) {
	w, there := newBridge(t)
	w.reports()
	there.given, w.records = nil, nil
	w.press("ana", "reply", "INC-1")
	if f := w.one(bot.OpenForm); f.Form.ID != "reply" || !strings.Contains(f.Form.Text, "Acme S.A.") {
		t.Fatalf("%+v", f.Form)
	}
	w.must(w.Submit(t.Context(), "ana", "reply", "INC-1", map[string]string{"words": "Ya lo **vemos**"}))
	out := there.told(bot.Post)
	if len(out) != 1 || out[0].Message.From != "Ana" || out[0].Message.Markdown != "Ya lo **vemos**" || out[0].Thread.Message != "p1" {
		t.Fatalf("the customer got %+v", out)
	}
	var notice console.Record
	for _, r := range w.said(bot.Post) {
		if r.Purpose == "notice" {
			notice = r
		}
	}
	if notice.Thread != w.cardID() || !strings.Contains(notice.Message.Plain(), "Entregado") {
		t.Fatalf("the team sees %+v", notice)
	}
	if s := w.state("INC-1"); s.Owner != "ana" || clock(s, "first_response").State != "met" {
		t.Errorf("%+v", s)
	}

	w.press("luis", "edit_answer", "INC-1")
	if r := w.one(bot.Refused); !strings.Contains(r.Message.Text, "Ana") {
		t.Errorf("luis is told %q", r.Message.Text)
	}
	w.press("ana", "edit_answer", "INC-1")
	if f := w.one(bot.OpenForm); f.Form.Inputs[0].Value != "Ya lo **vemos**" {
		t.Errorf("the form holds %q", f.Form.Inputs[0].Value)
	}
	w.must(w.Submit(t.Context(), "ana", "edit_answer", "INC-1", map[string]string{"words": "Ya está"}))
	if out := there.told(bot.Update); len(out) != 1 || out[0].Message.Markdown != "Ya está" || out[0].Target.Message == "" {
		t.Errorf("the edit: %+v", out)
	}
	w.press("ana", "withdraw_answer", "INC-1")
	if out := there.told(bot.Withdraw); len(out) != 1 || out[0].Target.Message == "" {
		t.Errorf("the withdrawal: %+v", out)
	}
	if m, _ := w.Message(notice.ID); len(m.Body.Buttons) > 0 || !strings.Contains(m.Body.Plain(), "Retirado") {
		t.Errorf("the notice reads %s %v", m.Body.Plain(), m.Body.Buttons)
	}
}

func TestReplyModeIsForWhoTurnedItOnAndInPlainSight(t *testing.T) {
	w, there := newBridge(t)
	w.reports()
	card := w.cardID()
	before := w.Now()
	w.wait(time.Minute)
	w.press("ana", "reply_mode", "INC-1")
	if m, _ := w.Message(card); !strings.Contains(m.Body.Plain(), "MODO RESPUESTA") || !strings.Contains(m.Body.Plain(), "Ana") {
		t.Fatalf("the card does not say it:\n%s", m.Body.Plain())
	}
	there.given, w.records = nil, nil

	w.say("luis", "payments-team", card, "¿le decimos la verdad?")
	w.platform(bot.Event{Kind: bot.MessagePosted, Channel: "payments-team", Thread: card, Message: "late", User: "ana", At: before, Text: "dicho antes"})
	if len(there.given) > 0 {
		t.Fatalf("it got out: %+v", there.given[0].Message)
	}
	id := w.say("ana", "payments-team", card, "Lo estamos mirando")
	out := there.told(bot.Post)
	if len(out) != 1 || out[0].Message.Text != "Lo estamos mirando" || out[0].Message.From != "Ana" {
		t.Fatalf("the customer got %+v", out)
	}
	if m, _ := w.Message(id); len(m.Reactions) != 1 || m.Reactions[0] != "incoming_envelope" {
		t.Errorf("the message is marked %v", m.Reactions)
	}
	w.must(w.Edit(t.Context(), "ana", id, "Lo encontramos"))
	if out := there.told(bot.Update); len(out) != 1 || out[0].Message.Text != "Lo encontramos" {
		t.Errorf("the edit: %+v", out)
	}
	w.must(w.Delete(t.Context(), "ana", id))
	if out := there.told(bot.Withdraw); len(out) != 1 {
		t.Errorf("the withdrawal: %+v", out)
	}

	w.wait(29 * time.Minute)
	w.say("ana", "payments-team", card, "seguimos")
	w.wait(31 * time.Minute)
	there.given = nil
	w.say("ana", "payments-team", card, "esto ya es interno")
	if len(there.told(bot.Post)) > 0 {
		t.Error("the mode did not end by itself")
	}
	if m, _ := w.Message(card); strings.Contains(m.Body.Plain(), "MODO RESPUESTA") {
		t.Error("the card still says it")
	}
}

func TestReplyModeEndsWithWhatItIsFor(t *testing.T) {
	for name, end := range map[string]func(w *world){
		"turned off": func(w *world) { w.command("ana", "payments-team", "/incident reply-mode INC-1 off") },
		"resolved":   func(w *world) { w.command("ana", "payments-team", "/incident resolve INC-1 listo") },
		"other team": func(w *world) { w.command("ana", "payments-team", "/incident team INC-1 platform") },
		"no incident": func(w *world) {
			w.press("luis", "not_incident", "INC-1")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w, there := newBridge(t)
			w.reports()
			card := w.cardID()
			w.command("ana", "payments-team", "/incident reply-mode INC-1 on")
			end(w)
			there.given = nil
			w.say("ana", "payments-team", card, "esto es interno")
			if n := len(there.told(bot.Post)); n > 0 {
				t.Errorf("%d messages got out", n)
			}
		})
	}
}

func TestCustomersHaveNoReplyMode(t *testing.T) {
	w := newWorld(t)
	w.say("maria", "acme-support", "", report)
	w.records = nil
	w.command("maria", "acme-support", "/incident reply-mode INC-1 on")
	if r := w.one(bot.Refused); strings.Contains(r.Message.Text, "INC-1") {
		t.Errorf("told %q", r.Message.Text)
	}
}

const png = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"

func TestAttachmentsAreKeptAndCross(t *testing.T) {
	w, there := newBridge(t)
	there.files["f1"] = png
	w.reports(bot.File{ID: "f1", Name: `..\..\captura.png`, Type: "image/png", Size: int64(len(png))})
	var shown *bot.Message
	for _, r := range w.said(bot.Post) {
		if len(r.Message.Files) > 0 && r.Thread == w.cardID() {
			shown = &r.Message
		}
	}
	if shown == nil || shown.Files[0].Name != "captura.png" || shown.Files[0].Type != "image/png" {
		t.Fatalf("under the card: %+v", shown)
	}
	content, err := w.store.OpenFile(t.Context(), shown.Files[0].Hash)
	w.must2(err)
	defer content.Close()
	if got, err := io.ReadAll(content); err != nil || string(got) != png {
		t.Errorf("kept %q, %v", got, err)
	}

	w.command("luis", "payments-team", "/incident files INC-1")
	if r := w.one(bot.Direct); r.To != "luis" || len(r.Message.Files) != 1 {
		t.Errorf("%+v", r)
	}
	w.abroad(bot.Event{Kind: bot.MessageDeleted, Message: "p1"})
	if _, err := w.store.OpenFile(t.Context(), shown.Files[0].Hash); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("what was taken back is still kept: %v", err)
	}
}

func TestAttachmentsThatAreNotKept(t *testing.T) {
	exe := "MZ\x90\x00" + strings.Repeat("\x00", 200) + "PE\x00\x00"
	for name, tt := range map[string]struct {
		file    bot.File
		content string
		want    string
	}{
		"too large by its own word":          {bot.File{ID: "f", Name: "v.mp4", Type: "video/mp4", Size: 1 << 40}, "", "supera"},
		"too large in truth":                 {bot.File{ID: "f", Name: "a.txt", Type: "text/plain", Size: 10}, strings.Repeat("a", 2<<20), "supera"},
		"a type that is not kept":            {bot.File{ID: "f", Name: "a.exe", Type: "application/x-msdownload"}, exe, "tipo"},
		"a program that says it is an image": {bot.File{ID: "f", Name: "a.png", Type: "image/png"}, exe, "tipo"},
		"one that is gone":                   {bot.File{ID: "gone", Name: "a.png", Type: "image/png"}, "", "no se pudo obtener"},
	} {
		t.Run(name, func(t *testing.T) {
			w, there := newBridge(t)
			w.now.Files.MaxSize = 1 << 20
			if tt.file.ID == "f" {
				there.files["f"] = tt.content
			}
			w.reports(tt.file)
			var told string
			for _, r := range w.said(bot.Post) {
				if len(r.Message.Files) > 0 {
					t.Errorf("it is there: %+v", r.Message.Files)
				}
				if r.Thread == w.cardID() {
					told += r.Message.Plain()
				}
			}
			if !strings.Contains(told, tt.want) || !strings.Contains(told, tt.file.Name) {
				t.Errorf("the team is told %q", told)
			}
		})
	}
}

func TestAnAgentsAttachmentGoesToTheCustomerOnlyInReplyMode(t *testing.T) {
	w, there := newBridge(t)
	w.reports()
	card := w.cardID()
	attach := func() {
		t.Helper()
		there.given = nil
		_, err := w.Say(t.Context(), "ana", console.Place{Channel: "payments-team", Thread: card}, "", console.Attachment{Name: "parche.txt", Type: "text/plain", Content: []byte("hola")})
		w.must(err)
	}
	attach()
	if len(there.told(bot.Post)) > 0 {
		t.Fatal("it got out")
	}
	w.command("ana", "payments-team", "/incident reply-mode INC-1 on")
	attach()
	if out := there.told(bot.Post); len(out) != 1 || len(out[0].Message.Files) != 1 || out[0].Open == nil {
		t.Errorf("the customer got %+v", out)
	}
}

func TestAReportByCommandHasAThreadOfItsOwn(t *testing.T) {
	w, there := newBridge(t)
	w.command("ana", "payments-team", "/incident new")
	if f := w.one(bot.OpenForm); f.Form.ID != "new" || len(f.Form.Inputs) != 2 {
		t.Fatalf("%+v", f.Form)
	}
	w.must(w.Submit(t.Context(), "ana", "new", "", map[string]string{"customer": "acme", "words": "llamó María: no entra nadie"}))
	out := there.told(bot.Post)
	if len(out) != 2 || out[0].Message.Quote != "llamó María: no entra nadie" || out[1].Thread.Message != "a1" {
		t.Fatalf("the customer sees %+v", out)
	}
	w.records = nil
	w.abroad(bot.Event{Kind: bot.MessagePosted, Message: "p9", Thread: "a1", Text: "sí, a todos"})
	if w.count() != 1 || w.one(bot.Post).Message.Quote != "sí, a todos" {
		t.Error("an answer in its thread opened another")
	}
}

func TestAnAddressInAnAnswerCanBeFollowedAndNothingElseMeansAnything(t *testing.T) {
	w, there := newBridge(t)
	w.reports()
	w.command("ana", "payments-team", "/incident reply-mode INC-1 on")
	there.given = nil
	w.say("ana", "payments-team", w.cardID(), "mira *esto* (https://a.example/x_y_z), snake_case_aquí")
	out := there.told(bot.Post)
	if len(out) != 1 {
		t.Fatalf("the customer got %+v", out)
	}
	got := markup.Render(out[0].Message.Markdown, seen{})
	if want := "mira *esto* ([https://a.example/x_y_z]), snake_case_aquí"; got != want {
		t.Errorf("it reads %q, want %q", got, want)
	}
}

// seen shows links in brackets and formatting by its name.
type seen struct{}

func (seen) Text(s string) string           { return s }
func (seen) Bold(s string) string           { return "BOLD" + s }
func (seen) Italic(s string) string         { return "ITALIC" + s }
func (seen) Strike(s string) string         { return "STRIKE" + s }
func (seen) Code(s string) string           { return "CODE" + s }
func (seen) Fence(_, s string) string       { return "FENCE" + s }
func (seen) Link(label, _ string) string    { return "[" + label + "]" }
func (seen) Heading(_ int, s string) string { return "HEADING" + s }
func (seen) Item(_ int, _, s string) string { return "ITEM" + s }
func (seen) Quote(s string) string          { return "QUOTE" + s }

func TestAMessageThatIsEditedToNothingSendsNothing(t *testing.T) {
	w, there := newBridge(t)
	w.reports()
	w.command("ana", "payments-team", "/incident reply-mode INC-1 on")
	id := w.say("ana", "payments-team", w.cardID(), "hola")
	there.given = nil
	w.must(w.Edit(t.Context(), "ana", id, " "))
	if out := there.told(bot.Update); len(out) > 0 {
		t.Errorf("the customer got %+v", out[0].Message)
	}
}
