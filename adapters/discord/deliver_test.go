package discord

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/adapters/adaptertest"
	"sereno/adapters/discord/discordtest"
	"sereno/bot"
)

func known(err error) *bot.DeliveryError {
	var k *bot.DeliveryError
	errors.As(err, &k)
	return k
}

func permanent(t *testing.T, err error) {
	t.Helper()
	if k := known(err); k == nil || !k.Permanent {
		t.Errorf("it is not refused for good: %v", err)
	}
}

func TestAThreadIsNamedAfterItsIncident(t *testing.T) {
	w := newWorld(t).run()
	for name, c := range map[string]struct {
		d    bot.Delivery
		want string
	}{
		"the title":                     {bot.Delivery{Incident: "INC-7", Message: bot.Message{Title: "INC-7: recibido"}}, "INC-7: recibido"},
		"the number and the text":       {bot.Delivery{Incident: "INC-7", Message: bot.Message{Text: "lo miramos\nya"}}, "INC-7 · lo miramos"},
		"the text alone":                {bot.Delivery{Message: bot.Message{Text: "hola"}}, "hola"},
		"the number alone":              {bot.Delivery{Incident: "INC-7", Message: bot.Message{Buttons: []bot.Button{{ID: "a", Label: "b"}}}}, "INC-7"},
		"a long title, cut":             {bot.Delivery{Message: bot.Message{Title: strings.Repeat("x", 200)}}, strings.Repeat("x", 99) + "…"},
		"a dash where nothing is named": {bot.Delivery{Message: bot.Message{Markdown: "**a**"}}, "–"},
	} {
		root := w.wire.Say(maria, support, "", "no anda")
		c.d.Kind, c.d.Channel, c.d.Thread, c.d.Key = bot.Post, support, bot.Ref{Message: root}, name
		w.send(c.d)
		if got := w.discord.Thread(root); got != c.want {
			t.Errorf("%s: it is called %q, not %q", name, got, c.want)
		}
	}
}

func TestWhereNoThreadCanBeTheAnswerIsAReply(t *testing.T) {
	w := newWorld(t).run()
	w.discord.NoThreads(support)
	root := w.wire.Say(maria, support, "", "no anda")
	r := w.send(bot.Delivery{Kind: bot.Post, Channel: support, Thread: bot.Ref{Message: root}, Message: bot.Message{Text: "lo miro"}})
	all := w.wire.Channel(support)
	if last := all[len(all)-1]; last.ID != r.Message || last.Thread != root || len(last.Notifies) > 0 {
		t.Errorf("the answer is %+v", last)
	}
	direct := w.wire.Say(ana, "", "", "hola")
	e := w.posted(direct)
	w.send(bot.Delivery{Kind: bot.Post, Channel: e.Channel, Thread: bot.Ref{Message: direct}, Message: bot.Message{Text: "qué tal"}})
	if all := w.wire.Direct(ana); all[len(all)-1].Thread != direct {
		t.Errorf("directly there are %+v", all)
	}
}

func TestAThreadThatAnotherProcessBeganIsFound(t *testing.T) {
	w := newWorld(t) // it does not run: the gateway tells it nothing
	root := w.wire.Say(maria, support, "", "no anda")
	w.wire.Say(ana, support, root, "yo la miro")
	r := w.send(bot.Delivery{Kind: bot.Post, Channel: support, Thread: bot.Ref{Message: root}, Message: bot.Message{Text: "recibido"}})
	all := w.wire.Channel(support)
	if last := all[len(all)-1]; last.ID != r.Message || last.Thread != root {
		t.Errorf("the answer is %+v", last)
	}
}

func TestWhatIsSaidAboutADeletedMessageIsSaidInTheChannel(t *testing.T) {
	w := newWorld(t).run()
	root := w.wire.Say(maria, support, "", "no anda")
	w.wire.Delete(support, root)
	w.send(bot.Delivery{Kind: bot.Post, Channel: support, Thread: bot.Ref{Message: root}, Message: bot.Message{Text: "recibido"}})
	if all := w.wire.Channel(support); len(all) != 1 || all[0].Thread != "" {
		t.Errorf("there are %+v", all)
	}
}

func TestAnArchivedThreadIsReopenedAndALockedOneIsNot(t *testing.T) {
	w := newWorld(t).run()
	root := w.wire.Say(maria, support, "", "no anda")
	said := w.wire.Say(maria, support, root, "hola?")
	in := bot.Ref{Message: root}
	r := w.send(bot.Delivery{Kind: bot.Post, Channel: support, Thread: in, Message: bot.Message{Text: "uno"}})
	w.discord.Archive(root, false)
	w.send(bot.Delivery{Kind: bot.Update, Channel: support, Target: bot.Ref{Message: r.Message}, Message: bot.Message{Text: "uno, mejor"}})
	w.discord.Archive(root, false)
	w.send(bot.Delivery{Kind: bot.React, Channel: support, Target: bot.Ref{Message: said}, Reaction: "eyes"})
	w.discord.Archive(root, false)
	w.send(bot.Delivery{Kind: bot.Post, Channel: support, Thread: in, Message: bot.Message{Text: "dos"}})
	w.discord.Archive(root, true)
	_, err := w.deliver(bot.Delivery{Kind: bot.Post, Channel: support, Thread: in, Message: bot.Message{Text: "tres"}})
	permanent(t, err)
}

// The core says of a message to be edited in which channel it is, not in which
// thread; another process knows it no better.
func TestAMessageInAThreadIsFoundByAnotherProcess(t *testing.T) {
	w := newWorld(t).run()
	var receipts []bot.Receipt
	for range 3 {
		root := w.wire.Say(maria, support, "", "no anda")
		receipts = append(receipts, w.send(bot.Delivery{
			Kind: bot.Post, Key: root, Channel: support, Thread: bot.Ref{Message: root}, Message: bot.Message{Text: "recibido"},
		}))
	}
	w.stop()
	w.restart()
	for i, r := range receipts {
		w.send(bot.Delivery{Kind: bot.React, Channel: support, Target: bot.Ref{Message: r.Message}, Reaction: "eyes"})
		if i%2 == 0 {
			w.send(bot.Delivery{Kind: bot.Update, Channel: support, Target: bot.Ref{Message: r.Message}, Message: bot.Message{Text: "leído"}})
			continue
		}
		w.send(bot.Delivery{Kind: bot.Withdraw, Channel: support, Target: bot.Ref{Message: r.Message}})
	}
	var texts []string
	for _, m := range w.wire.Channel(support) {
		if m.User == "" {
			texts = append(texts, m.Text+" "+strings.Join(m.Reactions, ""))
		}
	}
	if !slices.Equal(texts, []string{"leído eyes", "leído eyes"}) {
		t.Errorf("they read %q", texts)
	}
}

func TestADoubtfulMessageIsFoundAfterDiscordForgotItsNonce(t *testing.T) {
	long := strings.Repeat("palabra larga ", 400)
	for name, m := range map[string]bot.Message{
		"words":          {Text: "te escribo de **nuevo**"},
		"a card":         {Title: "INC-7", Text: "nuevo", Fields: []bot.Field{{Label: "a", Value: "b"}}, Buttons: []bot.Button{{ID: "take", Label: "Tomar", Value: "INC-7"}}},
		"several at one": {Text: long},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(_ *discordtest.Options, _ *Config, _ *Options, tune *tuning) { tune.remembers = 0 }).run()
			root := w.wire.Say(maria, support, "", "no anda")
			d := bot.Delivery{Kind: bot.Post, Key: "k", Channel: support, Thread: bot.Ref{Message: root}, Message: m, At: time.Now()}
			first := w.send(d)
			before := len(w.wire.Channel(support))
			w.discord.ForgetNonces()
			w.stop()
			w.restart()
			d.Attempt, d.Doubtful = 2, true
			again := w.send(d)
			if n := len(w.wire.Channel(support)); n != before || again.Message != first.Message {
				t.Errorf("there are %d messages, not %d; the receipts name %q and %q", n, before, first.Message, again.Message)
			}
			// Another that reads the same was surely not sent: this process has seen the first.
			d.Key = "k2"
			if third := w.send(d); third.Message == "" {
				t.Error("the receipt names no message")
			}
		})
	}
}

func TestWhatDiscordWillNotTakeIsRefusedForGood(t *testing.T) {
	w := newWorld(t).run()
	w.discord.AddUser(discordtest.User{ID: "80351110224678999", Name: "cerrada", Closed: true})
	many := make([]bot.Button, 26)
	for i := range many {
		many[i] = bot.Button{ID: "a", Label: "b"}
	}
	for name, d := range map[string]bot.Delivery{
		"a person who takes no messages":  {Kind: bot.Direct, User: "80351110224678999", Message: bot.Message{Text: "x"}},
		"a bot":                           {Kind: bot.Direct, User: robot, Message: bot.Message{Text: "x"}},
		"a person who is not":             {Kind: bot.Page, User: "80351110224670001", Message: bot.Message{Text: "x"}},
		"a channel that is not":           {Kind: bot.Post, Channel: "80351110224670009", Message: bot.Message{Text: "x"}},
		"a forum itself":                  {Kind: bot.Post, Channel: forum, Message: bot.Message{Text: "x"}},
		"too many buttons":                {Kind: bot.Post, Channel: support, Message: bot.Message{Text: "x", Buttons: many}},
		"a button that bears too much":    {Kind: bot.Post, Channel: support, Message: bot.Message{Text: "x", Buttons: []bot.Button{{ID: "a", Label: "b", Value: strings.Repeat("v", 100)}}}},
		"an emoji that is none":           {Kind: bot.React, Channel: support, Target: bot.Ref{Message: "80351110224670001"}, Reaction: "no-such-emoji"},
		"a home":                          {Kind: bot.Home, User: ana, Message: bot.Message{Text: "x"}},
		"an update of somebody else's":    {Kind: bot.Update, Channel: support, Target: bot.Ref{Message: w.wire.Say(maria, support, "", "mía")}, Message: bot.Message{Text: "x"}},
		"an update of what is nowhere":    {Kind: bot.Update, Channel: support, Target: bot.Ref{Message: "80351110224670001"}, Message: bot.Message{Text: "x"}},
		"a private answer to nobody":      {Kind: bot.Ephemeral, Channel: support, Message: bot.Message{Text: "x"}},
		"what has only invisible letters": {Kind: bot.Post, Channel: support, Message: bot.Message{Text: "\x00\x07"}},
	} {
		_, err := w.deliver(d)
		if k := known(err); k == nil || !k.Permanent {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARoleIsCalledByItsMention(t *testing.T) {
	w := newWorld(t).run()
	w.until("the roles are known", func() bool { _, ok := w.a.places.role(agents); return ok })
	r := w.send(bot.Delivery{Kind: bot.Page, Channel: team, Message: bot.Message{Mentions: []string{agents, ana, "nobody"}, Title: "INC-7 vence", Tone: bot.Alarm}})
	all := w.wire.Channel(team)
	m := all[len(all)-1]
	if m.ID != r.Message || !slices.Equal(m.Notifies, []string{ana, agents}) || !strings.HasPrefix(m.Text, "@role @Ana") || !strings.Contains(m.Text, "INC-7 vence") {
		t.Errorf("it is %+v", m)
	}
}

func TestACardIsWhatHasATitleAndWordsAreAPlainMessage(t *testing.T) {
	w := newWorld(t).run()
	w.send(bot.Delivery{Kind: bot.Post, Channel: team, Message: bot.Message{From: "María", Text: "hola", Quote: "uno\ndos"}})
	w.send(bot.Delivery{Kind: bot.Post, Channel: team, Message: bot.Message{Title: "INC-7", Text: "hola", Tone: bot.Good}})
	var bodies []string
	for _, c := range w.discord.Asked() {
		if c.Method == http.MethodPost && strings.HasSuffix(c.Path, "/messages") {
			bodies = append(bodies, string(c.Body))
		}
	}
	if len(bodies) != 2 || !strings.Contains(bodies[0], `"content":"**María**\nhola\n\u003e uno\n\u003e dos"`) || !strings.Contains(bodies[0], `"flags":4`) {
		t.Errorf("words are sent as %s", bodies[0])
	}
	if !strings.Contains(bodies[1], `"title":"✅ INC-7"`) || !strings.Contains(bodies[1], `"color":`) || !strings.Contains(bodies[1], `"flags":0`) {
		t.Errorf("a card is sent as %s", bodies[1])
	}
}

func TestAFileThatCannotBeOpenedIsNotSentAndTriedAgain(t *testing.T) {
	w := newWorld(t).run()
	d := bot.Delivery{Kind: bot.Post, Channel: team, Message: bot.Message{Text: "x", Files: []bot.Attachment{{Name: "a.txt", Size: 3}}}}
	_, err := w.deliver(d)
	if k := known(err); k == nil || k.Permanent || !k.NotSent {
		t.Errorf("it failed with %#v", err)
	}
	if all := w.wire.Channel(team); len(all) != 0 {
		t.Errorf("there are %+v", all)
	}
}

func TestAnAttachmentIsFollowedOnlyToWhereDiscordKeepsThem(t *testing.T) {
	w := newWorld(t).run()
	for address, ours := range map[string]bool{
		"https://cdn.discordapp.com/attachments/1/2/a.png?ex=1": true,
		"https://media.discordapp.net/attachments/1/2/a.png":    true,
		w.discord.URL() + "/x":                                  true,
		"http://cdn.discordapp.com/attachments/1/2/a.png":       false,
		"https://cdn.discordapp.com.evil.example/a.png":         false,
		"https://evil.example/a.png":                            false,
		"https://user@cdn.discordapp.com/a.png":                 false,
		"file:///etc/passwd":                                    false,
		"":                                                      false,
	} {
		if got := w.a.keepsFiles(address); got != ours {
			t.Errorf("%s: %v", address, got)
		}
	}
	e := w.posted(w.wire.Say(maria, support, "", "mirá", adaptertest.Upload{Name: "a.txt", Type: "text/plain", Content: []byte("uno")}))
	w.wire.Delete(support, e.Message)
	_, err := w.a.OpenFile(t.Context(), e.Files[0])
	permanent(t, err)
	for _, id := range []string{"", "1", "a/b/c", "1/2/3/4", support + "/" + support + "/../x"} {
		body, err := w.a.OpenFile(t.Context(), bot.File{ID: id})
		if err == nil {
			_, _ = io.Copy(io.Discard, body)
		}
		permanent(t, err)
	}
}

func TestBucketsAreNamedByRouteAndChannel(t *testing.T) {
	for path, want := range map[string]string{
		"/channels/123/messages?limit=5":                   "GET channels/123/messages",
		"/channels/123/messages/456":                       "GET channels/123/messages/*",
		"/channels/123/messages/456/reactions/%F0%9F/@me":  "GET channels/123/messages/*/reactions",
		"/guilds/123/members/456":                          "GET guilds/123/members/*",
		"/users/@me":                                       "GET users/@me",
		"/applications/1234567/guilds/98765432/commands?x": "GET applications/1234567/guilds/*/commands",
	} {
		if got := bucketOf("GET", path); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
}

func TestNoMoreCallsBeginThanDiscordAllows(t *testing.T) {
	p := newPace()
	var at []time.Time
	for range callsEach + 1 {
		if err := p.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		at = append(at, time.Now())
	}
	if gap := at[callsEach].Sub(at[0]); gap < time.Second {
		t.Errorf("call %d began after %s", callsEach+1, gap)
	}
}
