package discord

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sereno/adapters/discord/discordtest"
	"sereno/bot"
)

func (w *world) connected() bool { n, _, _ := w.discord.Connected(); return n > 0 }

func TestAfterACutTheSessionGoesOnWithWhatWasMissed(t *testing.T) {
	w := newWorld(t).run()
	first := w.wire.Say(maria, support, "", "antes")
	w.posted(first)
	w.discord.Cut()
	w.wire.Edit(support, first, "antes, mejor")
	w.wire.React(ana, support, first, "ticket")
	w.heard("the edit", func(e bot.Event) bool { return e.Kind == bot.MessageEdited && e.Text == "antes, mejor" })
	w.heard("the reaction", func(e bot.Event) bool { return e.Kind == bot.Reacted })
	if _, identified, resumed := w.discord.Connected(); identified != 1 || resumed != 1 {
		t.Errorf("identified %d times, resumed %d times", identified, resumed)
	}
}

// Each of these has left clients of other libraries waiting for ever
// (discordgo#513, #899).
func TestWhateverTheGatewaySaysFirstTheSessionStandsInTheEnd(t *testing.T) {
	for name, frames := range map[string][]string{
		"an acknowledgement before the hello": {`{"op":11}`},
		"a request to beat before the hello":  {`{"op":1}`},
		"two hellos":                          {`{"op":10,"d":{"heartbeat_interval":45000}}`},
		"an unknown opcode":                   {`{"op":99,"d":{}}`},
		"an event of no session":              {`{"op":0,"t":"MESSAGE_CREATE","s":7,"d":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.discord.FirstSend(frames...)
			w.run()
			w.discord.FirstSend()
			w.posted(w.wire.Say(maria, support, "", "hola"))
		})
	}
	for name, frame := range map[string]string{
		"a request to reconnect instead of the hello": `{"op":7,"d":null}`,
		"an invalid session instead of the hello":     `{"op":9,"d":false}`,
		"a hello that says nothing":                   `{"op":10,"d":{}}`,
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.discord.FirstSend(frame)
			w.start()
			w.until("it was tried again", func() bool { return strings.Count(w.log.String(), "the connection to discord ended") > 2 })
			w.discord.FirstSend()
			w.posted(w.said("hola"))
		})
	}
}

// said waits for a connection before it writes.
func (w *world) said(text string) string {
	w.Helper()
	w.until("connected", w.connected)
	w.in.Wait(w, "caught up", func() bool { return w.in.TimesCaughtUp() > 0 })
	return w.wire.Say(maria, support, "", text)
}

func TestARequestToReconnectIsFollowedAtOnce(t *testing.T) {
	w := newWorld(t).run()
	w.posted(w.wire.Say(maria, support, "", "uno"))
	for i := range 3 {
		w.discord.Send(7, "null")
		w.until("resumed", func() bool { _, _, resumed := w.discord.Connected(); return resumed > i })
	}
	w.posted(w.wire.Say(maria, support, "", "dos"))
	if _, identified, _ := w.discord.Connected(); identified != 1 {
		t.Errorf("identified %d times", identified)
	}
}

func TestAnEndedSessionIsReplacedAndTheGapIsRead(t *testing.T) {
	for name, end := range map[string]func(*world){
		"told when resuming": func(w *world) { w.discord.Forget() },
		"told in between":    func(w *world) { w.discord.Send(9, "false") },
		"by a close code":    func(w *world) { w.discord.CloseWith(4009) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t).run()
			w.posted(w.wire.Say(maria, support, "", "uno"))
			before := w.in.TimesCaughtUp()
			end(w)
			missed := w.wire.Say(maria, support, "", "dos")
			w.posted(missed)
			w.in.Wait(w, "the gap was read", func() bool { return w.in.TimesCaughtUp() > before })
			if _, identified, _ := w.discord.Connected(); identified < 2 {
				t.Errorf("identified %d times", identified)
			}
		})
	}
}

func TestIdentifyingIsTriedAgainWhenItIsRefused(t *testing.T) {
	w := newWorld(t)
	w.discord.Refuse(3)
	w.run()
	if _, identified, _ := w.discord.Connected(); identified != 4 {
		t.Errorf("identified %d times", identified)
	}
}

func TestAConnectionThatGivesNoSignOfLifeIsReplaced(t *testing.T) {
	w := newWorld(t, func(o *discordtest.Options, _ *Config, _ *Options, _ *tuning) { o.Heartbeat = 30 * time.Millisecond })
	w.run()
	w.discord.Deaf(true)
	w.until("resumed", func() bool { _, _, resumed := w.discord.Connected(); return resumed > 0 })
	w.discord.Deaf(false)
	w.posted(w.wire.Say(maria, support, "", "hola"))
}

func TestRunEndsWithWhatMustBePutRight(t *testing.T) {
	for code, word := range map[int]string{4011: "servers", 4012: "version", 4013: "Message Content Intent", 4014: "Message Content Intent"} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			w := newWorld(t)
			w.discord.CloseWith(code)
			w.start()
			if err := w.ended(); err == nil || !strings.Contains(err.Error(), word) {
				t.Errorf("Run returned %v", err)
			}
		})
	}
	t.Run("the intent is not granted", func(t *testing.T) {
		w := newWorld(t, func(o *discordtest.Options, _ *Config, _ *Options, _ *tuning) { o.NoContent = true })
		w.start()
		if err := w.ended(); err == nil || !strings.Contains(err.Error(), "Developer Portal") {
			t.Errorf("Run returned %v", err)
		}
	})
}

func TestATokenThatOnlyTheGatewayRefusesIsNotGivenUp(t *testing.T) {
	w := newWorld(t).run()
	w.discord.CloseWith(4004)
	w.until("connected again", func() bool { n, identified, _ := w.discord.Connected(); return n == 1 && identified > 1 })
	w.posted(w.wire.Say(maria, support, "", "hola"))
}

func TestTextsThatAreWithheldAreNoticed(t *testing.T) {
	w := newWorld(t, func(o *discordtest.Options, _ *Config, _ *Options, _ *tuning) { o.Silent = true }).run()
	w.posted(w.wire.Say(maria, support, "", "esto no llega"))
	if bad := w.log.Errors(); len(bad) != 1 || !strings.Contains(bad[0], "Message Content Intent") {
		t.Errorf("logged: %q", bad)
	}
}

func TestAGatewayThatIsConfiguredIsUsedAlsoToResume(t *testing.T) {
	proxy, err := discordtest.New(discordtest.Options{Token: secretToken})
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	people(proxy)
	w := newWorld(t, func(_ *discordtest.Options, c *Config, _ *Options, _ *tuning) { c.GatewayURL = proxy.GatewayURL() }).run()
	proxy.Cut()
	if err := proxy.Wait(soon, func() bool { _, _, resumed := proxy.Connected(); return resumed > 0 }); err != nil {
		t.Fatal(err)
	}
	if _, identified, _ := w.discord.Connected(); identified > 0 {
		t.Error("the other gateway was called")
	}
	for _, c := range w.discord.Asked() {
		if strings.HasPrefix(c.Path, "/gateway") {
			t.Errorf("%s was asked", c.Path)
		}
	}
}

func TestWhatMakesNoSenseIsPassedOver(t *testing.T) {
	w := newWorld(t).run()
	for kind, data := range map[string]string{
		"MESSAGE_CREATE":       `{"id":5}`,
		"MESSAGE_UPDATE":       `{"id":"x","channel_id":"y"}`,
		"MESSAGE_DELETE":       `{}`,
		"MESSAGE_REACTION_ADD": `{"user_id":"1"}`,
		"INTERACTION_CREATE":   `{"id":"1","type":2}`,
		"GUILD_CREATE":         `[]`,
		"SOMETHING_NEW":        `{"x":1}`,
	} {
		w.discord.Dispatch(kind, data)
	}
	w.posted(w.wire.Say(maria, support, "", "hola"))
	if all := w.in.Events(); len(all) != 1 {
		t.Errorf("accepted: %+v", all)
	}
	if n := strings.Count(w.log.String(), "refused what came in"); n < 5 {
		t.Errorf("%d were refused", n)
	}
}
