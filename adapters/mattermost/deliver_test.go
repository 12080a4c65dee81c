package mattermost

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/adapters/mattermost/mattermosttest"
	"sereno/bot"
	"sereno/bot/emoji"
)

func TestWhatTheBotSaysOnAnOldServerFits(t *testing.T) {
	w := newWorld(t, func(o *mattermosttest.Options) { o.MaxPostSize = model.PostMessageMaxRunesV1 })
	long := strings.Repeat("palabra *x* ", 1000)
	m := bot.Message{Title: "INC-7", Text: long, Quote: long, Footer: "pie", Tone: bot.Alarm}
	for i := range 12 {
		m.Fields = append(m.Fields, bot.Field{Label: fmt.Sprint("Dato ", i), Value: strings.Repeat("valor ", 200)})
		m.Buttons = append(m.Buttons, bot.Button{ID: "b", Label: fmt.Sprint("Botón ", i), Value: "INC-7"})
	}
	m.Items = []bot.Item{{Title: "Artículo", Body: long, URL: "https://kb.example.com/a"}}
	w.send(bot.Delivery{Kind: bot.Post, Channel: w.Team, Message: m})
	posts := w.server.Posts(w.Team)
	for _, p := range posts {
		if n := utf8.RuneCountInString(p.Message); n > model.PostMessageMaxRunesV1 {
			t.Errorf("a post has %d characters", n)
		}
	}
	all := w.Wire.Channel(w.Team)
	whole := ""
	for _, m := range all {
		whole += m.Text + "\n"
	}
	if n := strings.Count(whole, "palabra"); n != 3000 {
		t.Errorf("%d of 3000 words are there", n)
	}
	if n := strings.Count(whole, "valor"); n != 2400 || len(all[len(all)-1].Buttons) != 12 {
		t.Errorf("%d of 2400 values are there, and %d buttons", n, len(all[len(all)-1].Buttons))
	}
}

func TestACardShowsItsColourFactsAndButtonsBelowItsWords(t *testing.T) {
	w := newWorld(t)
	w.send(bot.Delivery{Kind: bot.Post, Channel: w.Team, Message: bot.Message{
		Title: "INC-7", Text: "no anda", Tone: bot.Warning, Footer: "desde ayer", Fields: []bot.Field{{Label: "Prioridad", Value: "Alta"}},
		Items: []bot.Item{{Title: "Guía", Body: "cómo", URL: "https://kb.example.com/a"}}, Buttons: []bot.Button{{ID: "take", Label: "Tomar", Primary: true}},
	}})
	p := w.server.Posts(w.Team)[0]
	if p.Message != ":warning: **INC-7**\n\nno anda" {
		t.Errorf("it says %q", p.Message)
	}
	at := p.Attachments()
	if len(at) != 2 || at[0].Color != "warning" || at[0].Fields[0].Value != "Alta" || at[1].Text != "**[Guía](https://kb.example.com/a)**\ncómo" ||
		at[1].Footer != "desde ayer" || at[1].Actions[0].Style != "primary" {
		t.Errorf("below it there is %+v", at)
	}
}

func TestAnUrgentPageIsMarkedWhereThatIsForUs(t *testing.T) {
	for refused, want := range map[bool]bool{false: true, true: false} {
		w := newWorld(t, func(o *mattermosttest.Options) { o.Urgent, o.UrgentRefused = true, refused })
		for i := range 2 {
			w.send(bot.Delivery{Key: fmt.Sprint(i), Kind: bot.Page, User: w.Ana, Message: bot.Message{Text: "vence"}})
		}
		if n := len(w.server.Calls("POST", "/posts")); refused && n != 3 || !refused && n != 2 {
			t.Errorf("refused %v: %d calls", refused, n)
		}
		dm, _ := w.a.directs.Get(w.Ana)
		for _, p := range w.server.Posts(dm) {
			if marked := p.Metadata != nil && p.Metadata.Priority != nil; marked != want {
				t.Errorf("refused %v: marked %v", refused, marked)
			}
		}
	}
}

func TestPrivateNotesAreShownWhereAnAdministratorAllowsIt(t *testing.T) {
	w := newWorld(t, func(o *mattermosttest.Options) { o.Ephemeral = true }).run()
	w.send(bot.Delivery{Kind: bot.Ephemeral, Channel: w.Team, User: w.Ana, Message: bot.Message{
		Text: "solo vos", Buttons: []bot.Button{{ID: "take", Label: "Tomar", Value: "INC-7"}},
	}})
	private := w.Wire.Private(w.Ana)
	if len(private) != 1 || private[0].Text != "solo vos" {
		t.Fatalf("Ana sees %+v", private)
	}
	if err := w.server.Press(w.Ana, private[0].ID, "Tomar"); err != nil {
		t.Error(err)
	}
}

func TestWhatMayNotBeRemovedSaysThatItWasWithdrawn(t *testing.T) {
	w := newWorld(t, func(o *mattermosttest.Options) { o.NoDelete = true })
	r := w.send(bot.Delivery{Kind: bot.Post, Channel: w.Team, Message: bot.Message{Text: "mal"}})
	w.send(bot.Delivery{Kind: bot.Withdraw, Channel: w.Team, Target: bot.Ref{Message: r.Message}, Message: bot.Message{Text: "(retirado)"}})
	if all := w.Wire.Channel(w.Team); len(all) != 1 || all[0].Text != "(retirado)" {
		t.Errorf("there is %+v", all)
	}
	if _, err := w.deliver(bot.Delivery{Kind: bot.Withdraw, Channel: w.Team, Target: bot.Ref{Message: r.Message}}); !isPermanent(err) {
		t.Errorf("with nothing in its place: %v", err)
	}
}

func TestManyFilesAreSpreadOverPosts(t *testing.T) {
	w := newWorld(t)
	d := bot.Delivery{Kind: bot.Post, Channel: w.Team, Message: bot.Message{Text: "adjunto"}}
	for i := range 23 {
		d.Message.Files = append(d.Message.Files, bot.Attachment{Name: fmt.Sprint(i), Size: 1, Hash: "h"})
	}
	d.Open = func(context.Context, bot.Attachment) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("x")), nil
	}
	w.send(d)
	var names []string
	for _, m := range w.Wire.Channel(w.Team) {
		if len(m.Files) > filesEach {
			t.Errorf("a post has %d files", len(m.Files))
		}
		for _, f := range m.Files {
			names = append(names, f.Name)
		}
	}
	if len(names) != 23 || !slices.IsSortedFunc(names, func(x, y string) int { return len(x) - len(y) }) {
		t.Errorf("there are %v", names)
	}
}

func TestADoubtfulMessageIsFoundFarBack(t *testing.T) {
	w := newWorld(t)
	d := bot.Delivery{Kind: bot.Post, Channel: w.Team, Message: bot.Message{Text: "una vez"}}
	r := w.send(d)
	for i := range 500 {
		w.Wire.Say(w.Maria, w.Team, "", fmt.Sprint(i))
	}
	w.server.ForgetPending()
	d.Doubtful, d.Attempt = true, 2
	if again := w.send(d); again.Message != r.Message {
		t.Errorf("it was sent again")
	}
}

func TestAConversationThatTheServerDoesNotYetCountUsInIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	w.server.Fail(http.MethodPost, "/posts", mattermosttest.Fault{Status: http.StatusForbidden, ID: "api.context.permissions.app_error"})
	w.send(bot.Delivery{Kind: bot.Direct, User: w.Ana, Message: bot.Message{Text: "el resto"}})
	if all := w.Wire.Direct(w.Ana); len(all) != 1 {
		t.Errorf("she has %+v", all)
	}
}

func TestAConversationIsOpenedOnceHoweverManyWantIt(t *testing.T) {
	w := newWorld(t)
	opened := func() int { return len(w.server.Calls(http.MethodPost, "/channels/direct")) }
	hold := make(chan struct{})
	w.server.Fail(http.MethodPost, "/channels/direct", mattermosttest.Fault{Wait: hold})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { w.send(bot.Delivery{Kind: bot.Direct, User: w.Ana, Message: bot.Message{Text: "a la vez"}}) })
	}
	if err := w.server.Wait(5*time.Second, func() bool { return opened() > 0 }); err != nil {
		t.Error(err)
	}
	close(hold)
	all.Wait()
	if n := opened(); n != 1 {
		t.Errorf("it was opened %d times", n)
	}
}

func TestADialogKeepsToTheBytesThatThereAre(t *testing.T) {
	w := newWorld(t).run()
	w.Wire.Type(w.Ana, w.Team, "/incident resolve INC-7")
	e := w.heard("the command", func(e bot.Event) bool { return e.Kind == bot.CommandTyped })
	w.send(bot.Delivery{Kind: bot.OpenForm, Channel: w.Team, User: w.Ana, Trigger: e.Trigger, Form: &bot.Form{
		ID: "verify", Title: "Verificación de eficacia", Submit: "Enviar la verificación ahora", Inputs: []bot.Input{
			{Name: "a", Label: "¿Qué señales mostrarían que funcionó?", Value: strings.Repeat("ñ", 200)},
			{Name: "b", Label: "Corto", Hint: strings.Repeat("ñ", 200), Multiline: true, Value: strings.Repeat("ñ", 4000)},
			{Name: "c", Label: "Elección", Value: "2", Options: []bot.Option{{Value: "1"}, {Value: "2", Label: "Dos"}}},
		},
	}})
	d := w.server.Dialog(w.Ana).Dialog
	if err := d.IsValid(); err != nil {
		t.Error(err)
	}
	if d.Title != "Verificación de efica…" && !strings.HasPrefix(d.Title, "Verificación de") || !utf8.ValidString(d.Title) || len(d.Title) > 24 {
		t.Errorf("the title is %q", d.Title)
	}
	if a := d.Elements[0]; a.Type != "textarea" || a.HelpText != "¿Qué señales mostrarían que funcionó?" || !utf8.ValidString(a.DisplayName) {
		t.Errorf("a label that was cut is %+v", a)
	}
	if c := d.Elements[2]; c.Type != "select" || c.Default != "2" || c.Options[0].Text != "1" {
		t.Errorf("the choice is %+v", c)
	}
}

func TestADialogThatIsSentTwiceIsOneEvent(t *testing.T) {
	w := newWorld(t).run()
	asked := w.press(w.card())
	w.send(bot.Delivery{Kind: bot.OpenForm, Channel: w.Team, User: w.Ana, Trigger: asked.Trigger, Form: &bot.Form{
		ID: "resolve", Title: "Resolver", Inputs: []bot.Input{{Name: "what", Label: "Qué"}},
	}})
	for range 2 {
		if err := w.server.SubmitAs(w.Ana, map[string]any{"what": "x", "n": 3, "yes": true, "nothing": nil}); err != nil {
			t.Fatal(err)
		}
	}
	forms := slices.DeleteFunc(w.in.Events(), func(e bot.Event) bool { return e.Kind != bot.FormSent })
	if len(forms) != 1 || forms[0].Fields["n"] != "3" || forms[0].Fields["yes"] != "true" || forms[0].Fields["nothing"] != "" {
		t.Errorf("they are %+v", forms)
	}
}

func TestAFormThatIsAskedForTooLateIsGivenUp(t *testing.T) {
	w := newWorld(t, func(o *mattermosttest.Options) { o.TriggerLife = time.Nanosecond }).run()
	asked := w.press(w.card())
	form := &bot.Form{ID: "resolve", Title: "x", Inputs: []bot.Input{{Name: "what", Label: "Qué"}}}
	for what, trigger := range map[string]string{"too late": asked.Trigger, "nonsense": "%zz", "none": ""} {
		if _, err := w.deliver(bot.Delivery{Kind: bot.OpenForm, Channel: w.Team, User: w.Ana, Trigger: trigger, Form: form}); !isPermanent(err) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestEveryCommonEmojiIsKnownToMattermost(t *testing.T) {
	for _, name := range []string{"ticket", "white_check_mark", "eyes", "+1", "warning", "rotating_light", "x", "memo", "tada"} {
		if _, ok := model.GetSystemEmojiId(emoji.Common(name)); !ok {
			t.Errorf("%s is not", name)
		}
	}
}

func TestAConfigurationThatCannotWorkIsRefusedWithoutItsSecrets(t *testing.T) {
	good := Config{URL: "https://chat.example.com/", Token: "token-of-test", CallbackURL: "https://sereno.example.com/"}
	if _, err := New(good, Options{}); err != nil {
		t.Error(err)
	}
	for word, spoil := range map[string]func(*Config){
		"url": func(c *Config) { c.URL = "chat.example.com" }, "callback_url": func(c *Config) { c.CallbackURL = "" },
		"token": func(c *Config) { c.Token = "" }, "16 bytes": func(c *Config) { c.Secret = "too short" },
	} {
		c := good
		spoil(&c)
		if _, err := New(c, Options{}); err == nil || !strings.Contains(err.Error(), word) || strings.Contains(err.Error(), "token-of-test") {
			t.Errorf("%s: %v", word, err)
		}
	}
}

func TestAnAnswerToAnAnswerIsInItsThread(t *testing.T) {
	w := newWorld(t)
	root := w.say("raíz")
	reply := w.Wire.Say(w.Maria, w.Support, root, "respuesta")
	r := w.send(bot.Delivery{Kind: bot.Post, Channel: w.Support, Thread: bot.Ref{Message: reply}, Message: bot.Message{Text: "otra"}})
	for _, m := range w.Wire.Channel(w.Support) {
		if m.ID == r.Message && m.Thread != root {
			t.Errorf("it is in %q", m.Thread)
		}
	}
	w.Wire.Delete(w.Support, root)
	if _, err := w.deliver(bot.Delivery{Key: "late", Kind: bot.Post, Channel: w.Support, Thread: bot.Ref{Message: root}, Message: bot.Message{Text: "x"}}); !isPermanent(err) {
		t.Errorf("in a thread that is gone: %v", err)
	}
}
