package mattermost

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/adapters/mattermost/mattermosttest"
	"sereno/bot"
)

func TestWhatWasSaidBeforeTheBotCameIsNotForIt(t *testing.T) {
	w := newWorld(t)
	w.server.Age(w.say("antes"), time.Minute)
	w.run()
	w.message(w.say("después"))
	w.again(func() {})
	if got := w.texts(); !slices.Equal(got, []string{"después"}) {
		t.Errorf("heard %q", got)
	}
}

func TestCatchingUpBeginsWhereAMessageWasThatIsGone(t *testing.T) {
	w := newWorld(t).run()
	w.message(w.say("uno"))
	last := w.say("dos")
	w.message(last)
	w.again(func() {
		w.Wire.Delete(w.Support, last)
		w.say("tres")
	})
	w.heard("what came after it", func(e bot.Event) bool { return e.Text == "tres" })
	if got := w.texts(); !slices.Equal(got, []string{"uno", "dos", "tres"}) {
		t.Errorf("heard %q", got)
	}
}

func TestMoreThanTheServerTellsAtOnceIsReadPageByPage(t *testing.T) {
	w := newWorld(t).run()
	w.message(w.say("0"))
	const n = 1300
	w.again(func() {
		for i := range n {
			w.say(fmt.Sprint(i + 1))
		}
	})
	got := w.texts()
	for i, text := range got {
		if text != fmt.Sprint(i) {
			t.Fatalf("at %d there is %s", i, text)
		}
	}
	if len(got) != n+1 {
		t.Errorf("%d of %d were heard", len(got), n+1)
	}
}

func TestReactionsAndDirectMessagesThatWereMissedAreHeard(t *testing.T) {
	for _, version := range []string{"5.37.0", "10.4.0"} {
		w := newWorld(t, func(o *mattermosttest.Options) { o.Version = version }).run()
		id := w.say("no anda")
		w.message(id)
		w.message(w.Wire.Say(w.Maria, "", "", "hola"))
		w.again(func() {
			w.Wire.React(w.Ana, w.Support, id, "ticket")
			w.Wire.Say(w.Maria, "", "", "¿estás?")
			w.Wire.Say(w.Ana, "", "", "primera vez")
		})
		e := w.heard("the reaction", func(e bot.Event) bool { return e.Kind == bot.Reacted })
		if e.Message != id || e.Reaction != "ticket" || e.User != w.Ana {
			t.Errorf("%s: it is %+v", version, e)
		}
		for _, text := range []string{"¿estás?", "primera vez"} {
			if e := w.heard(text, func(e bot.Event) bool { return e.Text == text }); !e.Direct {
				t.Errorf("%s: it is %+v", version, e)
			}
		}
		n := len(w.in.Events())
		w.again(func() {})
		if len(w.in.Events()) != n {
			t.Errorf("%s: another start brings %+v", version, w.in.Events()[n:])
		}
	}
}

func TestAChannelThatWeAreNotInHoldsUpNobody(t *testing.T) {
	w := newWorld(t).run()
	w.message(w.say("uno"))
	w.message(w.Wire.Say(w.Maria, w.Team, "", "en el equipo"))
	w.again(func() {
		w.server.Leave(w.Team)
		w.say("dos")
	})
	w.message(w.say("tres"))
}

func TestAnEventThatTheSocketLeftOutIsFound(t *testing.T) {
	w := newWorld(t).run()
	w.message(w.say("uno"))
	w.server.Skip()
	before := w.in.TimesCaughtUp()
	w.message(w.say("dos"))
	w.in.Wait(t, "the history was read", func() bool { return w.in.TimesCaughtUp() > before })
}

func TestASocketThatFellSilentIsReplaced(t *testing.T) {
	w := newWorld(t)
	w.a.tune.sweep = 50 * time.Millisecond
	w.run()
	w.message(w.say("uno"))
	w.server.Deafen()
	w.message(w.say("dos"))
	if err := w.server.Wait(5*time.Second, func() bool { _, ever := w.server.Sockets(); return ever > 1 }); err != nil {
		t.Error(err)
	}
	w.message(w.say("tres"))
}

func TestATokenThatIsRevokedUnderAnOpenSocketIsNoticed(t *testing.T) {
	w := newWorld(t)
	w.a.tune.token = 20 * time.Millisecond
	before, ended := w.in.TimesCaughtUp(), make(chan error, 1)
	go func() { ended <- w.a.Run(t.Context(), w.in) }()
	w.in.Wait(t, "caught up", func() bool { return w.in.TimesCaughtUp() > before })
	w.server.RevokeQuietly()
	select {
	case err := <-ended:
		if err == nil || !strings.Contains(err.Error(), "token") {
			t.Errorf("it ended with %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("it goes on, deaf")
	}
}

func TestAServerThatDoesNotAnswerPingsIsGivenUp(t *testing.T) {
	w := newWorld(t)
	w.a.tune.silence = 60 * time.Millisecond
	w.run()
	if err := w.server.Wait(300*time.Millisecond, func() bool { _, ever := w.server.Sockets(); return ever > 1 }); err == nil {
		t.Error("a socket whose pings are answered was given up")
	}
	w.server.Mute()
	if err := w.server.Wait(5*time.Second, func() bool { _, ever := w.server.Sockets(); return ever > 1 }); err != nil {
		t.Error(err)
	}
}

func TestLiveMessagesAreLetInWhenCatchingUpGoesOnFailing(t *testing.T) {
	w := newWorld(t, func(o *mattermosttest.Options) {
		o.Chaos = func(method, path string) *mattermosttest.Fault {
			if method == "GET" && len(path) > 6 && path[len(path)-6:] == "/posts" {
				return &mattermosttest.Fault{Status: 503}
			}
			return nil
		}
	})
	w.a.tune.patience = 50 * time.Millisecond
	w.start()
	if err := w.server.Wait(5*time.Second, func() bool { open, _ := w.server.Sockets(); return open > 0 }); err != nil {
		t.Fatal(err)
	}
	w.message(w.say("en vivo"))
	if w.in.TimesCaughtUp() > 0 {
		t.Error("it says that it caught up")
	}
}

func TestHistoryGates(t *testing.T) {
	h := newHistory()
	h.close([]string{"served"})
	first := h.gapNow()
	h.close([]string{"served"})
	if _, opened := h.open("served", first); opened {
		t.Error("it opened for an older gap than the last")
	}
	for range 2 {
		if !h.keep(bot.Event{Key: "k", Channel: "served"}) || !h.keep(bot.Event{Key: "d", Channel: "direct"}) {
			t.Error("a closed gate keeps nothing")
		}
	}
	if kept, opened := h.open("served", h.gapNow()); len(kept) != 1 || opened {
		t.Errorf("it opened before the kept %v were let in", kept)
	}
	if _, opened := h.open("served", h.gapNow()); !opened || h.keep(bot.Event{Channel: "served"}) {
		t.Error("it did not open")
	}
	if got := h.pending(); !slices.Equal(got, []string{unserved}) {
		t.Errorf("still closed: %v", got)
	}
	h.behind(bot.Event{Key: "x", Channel: "served"})
	if kept, _ := h.open("served", h.gapNow()); len(kept) != 1 || kept[0].Key != "x" {
		t.Errorf("what the inbox did not take is not kept: %v", kept)
	}
	now := time.Now()
	h.met(bot.Event{Key: "old", Channel: "c", At: now.Add(-time.Minute)})
	h.met(bot.Event{Key: "new", Channel: "c", At: now})
	h.setMark("c", now)
	if h.hasMet(bot.Event{Key: "old", Channel: "c"}) || !h.hasMet(bot.Event{Key: "new", Channel: "c"}) {
		t.Error("what is well before the mark must be forgotten, and nothing else")
	}
}

func TestRunEndsWhenItIsToldTo(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := w.a.Run(ctx, w.in); err != nil {
		t.Error(err)
	}
}

func TestWhoseWordsAreHeard(t *testing.T) {
	w := newWorld(t).run()
	from := func(prop string) *model.Post {
		p := &model.Post{UserId: w.Maria}
		p.AddProp(prop, "true")
		return p
	}
	remote := w.server.AddUser(&model.User{Username: "maria.globex", Nickname: "María G", RemoteId: model.NewPointer("remote-globex")})
	other := w.server.AddUser(&model.User{Username: "other-bot", IsBot: true})
	for what, p := range map[string]*model.Post{
		"another bot": {UserId: other.Id}, "a webhook": from("from_webhook"), "a bot by its mark": from("from_bot"), "a plugin": from("from_plugin"),
		"the server": {UserId: w.Maria, Type: model.PostTypeJoinChannel}, "a plugin's kind": {UserId: w.Maria, Type: "custom_calls"},
		"an old text": {UserId: w.Maria, OriginalId: model.NewId()}, "nobody": {},
	} {
		p.Message = what
		w.server.Post(w.Support, p)
	}
	id := w.server.Post(w.Support, &model.Post{UserId: remote.Id, Message: "de globex"})
	e := w.message(id)
	if e.UserTeam != "remote-globex" || e.UserName != "María G" {
		t.Errorf("whose from another server is %+v", e)
	}
	me := w.message(w.server.Post(w.Support, &model.Post{UserId: w.Maria, Type: model.PostTypeMe, Message: "*saluda*"}))
	if me.Text != "saluda" || me.UserTeam != w.server.TeamID() {
		t.Errorf("a /me is %+v", me)
	}
	group := w.server.AddGroup(w.Maria, w.Ana)
	if e := w.message(w.server.Post(group, &model.Post{UserId: w.Ana, Message: "grupo"})); !e.Direct {
		t.Errorf("in a group message it is %+v", e)
	}
	if got := len(w.in.Events()); got != 3 {
		t.Errorf("%d were heard: %q", got, w.texts())
	}
}

func TestNamesAreThoseThatTheServerShows(t *testing.T) {
	u := &model.User{Username: "maria", Nickname: "Mari", FirstName: "María", LastName: "Pérez"}
	for setting, want := range map[string]string{"username": "maria", "full_name": "María Pérez", "nickname_full_name": "Mari", "": "Mari"} {
		if got := shownName(u, setting); got != want {
			t.Errorf("by %q she is %q", setting, got)
		}
	}
	if got := shownName(&model.User{Username: "maria"}, "full_name"); got != "maria" {
		t.Errorf("without a name she is %q", got)
	}
}
