package mattermost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/adapters/mattermost/mattermosttest"
	"sereno/bot"
)

const asJSON, asForm = "application/json", "application/x-www-form-urlencoded"

func marshal(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func sealed(t *testing.T, key []byte, v any) string {
	t.Helper()
	s, err := seal(key, v)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What is not signed by us, or for somewhere else, is refused and counted.
func TestWhatWasNotSignedForItIsRefused(t *testing.T) {
	w := newWorld(t).run()
	card := w.card()
	other := w.send(bot.Delivery{Kind: bot.Post, Channel: w.Team, Key: "other", Message: bot.Message{Text: "otra"}})
	good := sealed(t, w.a.signer.action, pressed{Button: "resolve", Value: "INC-7", Channel: w.Team, Key: "card"})
	stranger := newSigner(Config{Token: "another"})
	press := func(context, post, channel, user string) string {
		return marshal(t, model.PostActionIntegrationRequest{
			UserId: user, PostId: post, ChannelId: channel, TriggerId: "t", Context: map[string]any{contextKey: context},
		})
	}
	dialog := func(state, user, channel string) string {
		return marshal(t, model.SubmitDialogRequest{CallbackId: "resolve", State: state, UserId: user, ChannelId: channel})
	}
	state := sealed(t, w.a.signer.dialog, filled{Form: "resolve", User: w.Ana, Channel: w.Team, Key: "k"})
	proof := "?proof=" + w.a.signer.commandProof("incident")
	token := w.server.Commands()[0].Token
	command := func(name, token string) string {
		return url.Values{
			"command": {"/" + name}, "token": {token}, "team_id": {w.server.TeamID()}, "user_id": {w.Ana}, "channel_id": {w.Team}, "trigger_id": {"t"},
		}.Encode()
	}
	for what, c := range map[string]struct{ path, media, body string }{
		"a press without a context":                 {ActionsPath, asJSON, press("", card.Message, w.Team, w.Ana)},
		"a press with one of one's own":             {ActionsPath, asJSON, press(sealed(t, stranger.action, pressed{Button: "resolve"}), card.Message, w.Team, w.Ana)},
		"a press with an altered context":           {ActionsPath, asJSON, press("x"+good[1:], card.Message, w.Team, w.Ana)},
		"a press with a dialog's state":             {ActionsPath, asJSON, press(state, card.Message, w.Team, w.Ana)},
		"a press on another post":                   {ActionsPath, asJSON, press(good, other.Message, w.Team, w.Ana)},
		"a press on a person's post":                {ActionsPath, asJSON, press(good, w.say("hola"), w.Team, w.Ana)},
		"a press on a post that is not":             {ActionsPath, asJSON, press(good, model.NewId(), w.Team, w.Ana)},
		"a press in another channel":                {ActionsPath, asJSON, press(good, card.Message, w.Support, w.Ana)},
		"a press bound to nothing":                  {ActionsPath, asJSON, press(sealed(t, w.a.signer.action, pressed{Button: "b", Channel: w.Team}), card.Message, w.Team, w.Ana)},
		"a press of a private note's by another":    {ActionsPath, asJSON, press(sealed(t, w.a.signer.action, pressed{Button: "b", Channel: w.Team, User: w.Ana}), card.Message, w.Team, w.Maria)},
		"a press of an edited post's on another":    {ActionsPath, asJSON, press(sealed(t, w.a.signer.action, pressed{Button: "b", Channel: w.Team, Post: card.Message}), other.Message, w.Team, w.Ana)},
		"a dialog without a state":                  {DialogsPath, asJSON, dialog("", w.Ana, w.Team)},
		"a dialog with one of one's own":            {DialogsPath, asJSON, dialog(sealed(t, stranger.dialog, filled{Form: "resolve", User: w.Ana}), w.Ana, w.Team)},
		"a dialog as somebody else":                 {DialogsPath, asJSON, dialog(state, w.Maria, w.Team)},
		"a dialog in another channel":               {DialogsPath, asJSON, dialog(state, w.Ana, w.Support)},
		"a dialog with a button's context":          {DialogsPath, asJSON, dialog(good, w.Ana, w.Team)},
		"a dialog of another form":                  {DialogsPath, asJSON, strings.Replace(dialog(state, w.Ana, w.Team), "resolve", "reopen", 1)},
		"a command at an address without proof":     {CommandsPath + "incident", asForm, command("incident", token)},
		"a command with the proof of another":       {CommandsPath + "oncall" + proof, asForm, command("oncall", token)},
		"a command with another's token":            {CommandsPath + "incident" + proof, asForm, command("incident", model.NewId())},
		"a command with another name":               {CommandsPath + "incident" + proof, asForm, command("oncall", token)},
		"a command without a token":                 {CommandsPath + "incident" + proof, asForm, command("incident", "")},
		"a body that is no press":                   {ActionsPath, asJSON, "{"},
		"a body that is no dialog":                  {DialogsPath, asJSON, "[]"},
		"a command that is not a form":              {CommandsPath + "incident" + proof, asForm, "%zz"},
		"a command without its person":              {CommandsPath + "incident" + proof, asForm, "command=/incident&token=" + token},
		"a press of another type":                   {ActionsPath, "text/plain", press(good, card.Message, w.Team, w.Ana)},
		"a press that is too large":                 {ActionsPath, asJSON, strings.Repeat(" ", maxBody+1)},
		"a dialog whose state is far too long":      {DialogsPath, asJSON, dialog(strings.Repeat("a", maxSigned+1), w.Ana, w.Team)},
		"a press without a trigger, though signed":  {ActionsPath, asJSON, strings.Replace(press(good, card.Message, w.Team, w.Ana), `"trigger_id":"t"`, `"trigger_id":""`, 1)},
		"a press of nobody's, though signed for us": {ActionsPath, asJSON, press(good, card.Message, w.Team, "nobody")},
	} {
		before := w.in.Refusals("signature") + w.in.Refusals("malformed") + w.in.Refusals("too_large")
		if status := w.call(c.path, c.media, c.body); status < 400 || status >= 500 {
			t.Errorf("%s was answered with %d", what, status)
		}
		if after := w.in.Refusals("signature") + w.in.Refusals("malformed") + w.in.Refusals("too_large"); after != before+1 {
			t.Errorf("%s was counted %d times", what, after-before)
		}
	}
	for _, e := range w.in.Events() {
		if e.Kind != bot.MessagePosted {
			t.Errorf("it was let in: %+v", e)
		}
	}
	if e := w.press(card); e.Value != "INC-7" || e.User != w.Ana {
		t.Errorf("the real press is %+v", e)
	}
}

func TestNothingIsTakenBeforeRunAndNothingUnfitIsAnswered(t *testing.T) {
	w := newWorld(t)
	if status := w.call(ActionsPath, asJSON, "{}"); status != http.StatusServiceUnavailable {
		t.Errorf("before Run it answers %d", status)
	}
	r, err := http.Get(w.a.config.CallbackURL + CommandsPath + "incident")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a GET is answered with %d", r.StatusCode)
	}
}

func TestAPersonIsToldWhatTheInboxDidNotTake(t *testing.T) {
	w := newWorld(t).run()
	card := w.card()
	w.in.Meet(func(context.Context, bot.Event) error { return errors.New("the disk is full") })
	if err := w.server.Press(w.Ana, card.Message, "Resolver"); !errors.Is(err, mattermosttest.ErrFailed) {
		t.Errorf("a press ended with %v", err)
	}
	if err := w.server.Type(w.Ana, w.Team, "", "/incident take INC-7"); !errors.Is(err, mattermosttest.ErrFailed) {
		t.Errorf("a command ended with %v", err)
	}
	w.in.Meet(nil)
	w.press(card)
}

func TestAPressCountsAfterARestartAndAfterAnEdit(t *testing.T) {
	w := newWorld(t).run()
	root := w.say("raíz")
	w.message(root)
	r := w.send(bot.Delivery{Kind: bot.Post, Channel: w.Support, Thread: bot.Ref{Message: root}, Message: bot.Message{
		Text: strings.Repeat("palabra ", 5000), Buttons: []bot.Button{{ID: "resolve", Label: "Resolver"}},
	}})
	posts := w.server.Posts(w.Support)
	last := bot.Receipt{Channel: w.Support, Message: posts[len(posts)-1].Id}
	if last.Message == r.Message {
		t.Fatal("it is one post")
	}
	w.again(func() {})
	if e := w.press(last); e.Thread != root {
		t.Errorf("the press is %+v", e)
	}
	w.send(bot.Delivery{Kind: bot.Update, Channel: w.Support, Target: bot.Ref{Message: r.Message}, Message: bot.Message{
		Text: "cambiada", Buttons: []bot.Button{{ID: "resolve", Label: "Resolver", Value: "INC-8"}},
	}})
	w.again(func() {})
	if e := w.press(r); e.Value != "INC-8" || e.Thread != root {
		t.Errorf("after the edit the press is %+v", e)
	}
}

func TestAPrivateReplyTravelsInThePressesAnswer(t *testing.T) {
	w := newWorld(t).run()
	card := w.card()
	first := w.press(card)
	w.send(bot.Delivery{Kind: bot.Ephemeral, Channel: w.Team, User: w.Ana, Trigger: first.Trigger, Message: bot.Message{Text: "tarde"}})
	if all := w.Wire.Direct(w.Ana); len(all) != 1 || all[0].Text != "tarde" {
		t.Errorf("after the answer it was not written directly: %+v", all)
	}
	w.a.tune.answer = 5 * time.Second
	replied := make(chan error, 1)
	w.in.Meet(func(_ context.Context, e bot.Event) error {
		go func() {
			_, err := w.deliver(bot.Delivery{Kind: bot.Ephemeral, Channel: w.Team, User: w.Ana, Trigger: e.Trigger, Message: bot.Message{Text: "a tiempo @all"}})
			replied <- err
		}()
		return nil
	})
	w.press(card)
	if err := <-replied; err != nil {
		t.Fatal(err)
	}
	if all := w.Wire.Private(w.Ana); len(all) != 1 || len(all[0].Notifies) > 0 || !strings.HasPrefix(all[0].Text, "a tiempo") {
		t.Errorf("Ana sees %+v", all)
	}
}

func TestTheResponseAddressOfACommandServesFiveTimes(t *testing.T) {
	w := newWorld(t).run()
	w.Wire.Type(w.Ana, w.Team, "/incident take INC-7")
	e := w.heard("the command", func(e bot.Event) bool { return e.Kind == bot.CommandTyped })
	for i := range 7 {
		w.send(bot.Delivery{Key: fmt.Sprint("note ", i), Kind: bot.Ephemeral, Channel: w.Team, User: w.Ana, Trigger: e.Trigger, Message: bot.Message{
			Title: "INC-7", Buttons: []bot.Button{{ID: "take", Label: "Tomar", Value: "INC-7"}},
		}})
	}
	private, direct := w.Wire.Private(w.Ana), w.Wire.Direct(w.Ana)
	if len(private) != 5 || len(direct) != 2 {
		t.Fatalf("%d were shown, %d written", len(private), len(direct))
	}
	if err := w.server.Press(w.Ana, private[0].ID, "Tomar"); err != nil {
		t.Errorf("the button of a private note: %v", err)
	}
	w.heard("the press", func(e bot.Event) bool { return e.Kind == bot.ButtonPressed && e.Value == "INC-7" && e.Thread == "" })
}

func TestACommandInAThreadSaysSoWhereTheServerDoes(t *testing.T) {
	w := newWorld(t).run()
	root := w.say("raíz")
	if err := w.server.Type(w.Ana, w.Support, root, "/incident take @maria ✅"); err != nil {
		t.Fatal(err)
	}
	e := w.heard("the command", func(e bot.Event) bool { return e.Kind == bot.CommandTyped })
	if e.Thread != root || e.Text != "/incident take @María :white_check_mark:" || e.UserName != "Ana" || e.UserTeam != w.server.TeamID() {
		t.Errorf("it is %+v", e)
	}
}

func TestATokenThatWasMadeAnewIsLearned(t *testing.T) {
	w := newWorld(t).run()
	c := w.server.Commands()[0]
	c.Token = model.NewId()
	w.server.SetCommand(c)
	if err := w.server.Type(w.Ana, w.Team, "", "/incident take INC-7"); err != nil {
		t.Error(err)
	}
	if status := w.call(CommandsPath+"incident?proof="+w.a.signer.commandProof("incident"), asForm, url.Values{
		"command": {"/incident"}, "token": {"old"}, "team_id": {w.server.TeamID()}, "user_id": {w.Ana}, "channel_id": {w.Team}, "trigger_id": {"t"},
	}.Encode()); status != http.StatusUnauthorized {
		t.Errorf("another token is answered with %d", status)
	}
}
