package discord

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sereno/adapters/discord/discordtest"
	"sereno/bot"
)

func TestCheckFindsWhatKeepsTheBotFromWorking(t *testing.T) {
	channels, users := []string{support, team, forum}, []string{maria, ana}
	for name, c := range map[string]struct {
		set   setting
		do    func(*world)
		want  []string // "code subject"
		words string
	}{
		"all is well": {do: func(*world) {}},
		"the intent is missing": {
			set:  func(o *discordtest.Options, _ *Config, _ *Options, _ *tuning) { o.NoContent = true },
			want: []string{"intent MESSAGE_CONTENT"}, words: "Developer Portal",
		},
		"a permission is missing in a channel": {
			do:   func(w *world) { w.discord.Overwrite(team, 0, 1<<15|1<<35) },
			want: []string{"permission " + team, "permission " + team}, words: "Attach Files",
		},
		"the channel cannot be seen": {
			do:   func(w *world) { w.discord.Overwrite(forum, 0, 1<<10) },
			want: slices.Repeat([]string{"permission " + forum}, len(Permissions)-1), words: "View Channels",
		},
		"the clock is wrong": {
			set:  func(o *discordtest.Options, _ *Config, _ *Options, _ *tuning) { o.Skew = time.Minute },
			want: []string{"clock "}, words: "-1m0s",
		},
		"the commands are others": {
			do:   func(w *world) { w.a.specs.OpenName = map[string]string{"es": "Otro nombre"} },
			want: []string{"commands_differ "}, words: "other commands",
		},
		"the server is another": {
			set:  func(_ *discordtest.Options, c *Config, _ *Options, _ *tuning) { c.Guild = "80351110224670999" },
			want: []string{"invite 80351110224670999", "other_server " + support, "other_server " + team, "other_server " + forum}, words: "discord.com/oauth2/authorize",
		},
		"the token is worthless": {
			do:   func(w *world) { w.a.me.Store(nil); w.wire.Revoke() },
			want: []string{"token bot"},
		},
		"discord cannot be reached": {
			do:   func(w *world) { w.a.me.Store(nil); w.wire.Away(true) },
			want: []string{"unreachable bot"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			set := c.set
			if set == nil {
				set = func(*discordtest.Options, *Config, *Options, *tuning) {}
			}
			w := newWorld(t, set)
			if _, err := w.a.Apply(t.Context()); err != nil {
				t.Fatal(err)
			}
			if c.do != nil {
				c.do(w)
			}
			var got []string
			text := ""
			for _, p := range w.a.Check(t.Context(), channels, users) {
				got = append(got, p.Code+" "+p.Subject)
				text += p.String() + "\n"
			}
			if !slices.Equal(got, c.want) || !strings.Contains(text, c.words) {
				t.Errorf("it finds %q:\n%s", got, text)
			}
			if strings.Contains(text, secretToken) {
				t.Error("the token is told")
			}
		})
	}
}

func TestCheckLooksAtEachChannelAndPerson(t *testing.T) {
	w := newWorld(t)
	if _, err := w.a.Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.discord.AddChannel("80351110224670400", "voz", 2)
	for id, code := range map[string]string{"general": "channel", "80351110224670001": "no_channel", "80351110224670400": "channel"} {
		if got := w.a.Check(t.Context(), []string{id}, nil); len(got) != 1 || got[0].Code != code || got[0].Subject != id {
			t.Errorf("of channel %s it finds %v", id, got)
		}
	}
	for _, id := range []string{"maria", "80351110224670001", robot} {
		if got := w.a.Check(t.Context(), nil, []string{id}); len(got) != 1 || got[0].Code != "person" || got[0].Subject != id {
			t.Errorf("of person %s it finds %v", id, got)
		}
	}
}

func TestCommandsAreRegisteredOnlyWhenTheyDiffer(t *testing.T) {
	for name, set := range map[string]setting{
		"for all servers": func(*discordtest.Options, *Config, *Options, *tuning) {},
		"for one server":  func(_ *discordtest.Options, c *Config, _ *Options, _ *tuning) { c.Guild = discordtest.Guild },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, set)
			for i, want := range []bool{true, false, false} {
				if changed, err := w.a.Apply(t.Context()); err != nil || changed != want {
					t.Errorf("time %d: changed %v, %v", i, changed, err)
				}
			}
			w.a.specs.Specs["en"][0].Summary = "Something else"
			defer func() { w.a.specs.Specs["en"][0].Summary = "Incidentes" }()
			if changed, err := w.a.Apply(t.Context()); err != nil || !changed {
				t.Errorf("after a change: changed %v, %v", changed, err)
			}
			if _, puts := w.discord.Commands(); puts != 2 {
				t.Errorf("they were registered %d times", puts)
			}
		})
	}
}

func TestTheManifestSaysTheCommandsInEveryLanguage(t *testing.T) {
	data, err := Manifest(spoken)
	if err != nil {
		t.Fatal(err)
	}
	var all []command
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != 4 || all[0].Name != "incident" || all[3].Type != messageCommand || all[3].Names["en-US"] != "Open an incident" {
		t.Fatalf("it is %s", data)
	}
	take, assign := all[0].Options[0], all[0].Options[2]
	if take.Description != "Tomar un incidente" || take.Descriptions["en-GB"] != "Take an incident" || !take.Options[0].Autocomplete || take.Options[0].Required {
		t.Errorf("take is %+v", take)
	}
	if assign.Options[0].Name != "person" || !assign.Options[0].Required || assign.Options[1].Name != "incident" {
		t.Errorf("required arguments are not first: %+v", assign.Options)
	}
	if severity := all[0].Options[3].Options[0]; len(severity.Choices) != 2 || severity.Autocomplete {
		t.Errorf("severity is %+v", severity)
	}
}

func TestAManifestThatDiscordWouldRefuseIsRefused(t *testing.T) {
	one := func(s bot.CommandSpec) Commands {
		return Commands{Language: "es", Specs: map[string][]bot.CommandSpec{"es": {s}}}
	}
	for name, c := range map[string]Commands{
		"without commands":         {Language: "es"},
		"with a capital":           one(bot.CommandSpec{Name: "Incident"}),
		"with a blank":             one(bot.CommandSpec{Name: "an incident"}),
		"with too long a name":     one(bot.CommandSpec{Name: strings.Repeat("x", 33)}),
		"with 26 verbs":            one(bot.CommandSpec{Name: "a", Verbs: make([]bot.VerbSpec, 26)}),
		"with 26 verbs in a group": one(bot.CommandSpec{Name: "a", Groups: []bot.GroupSpec{{Name: "g"}}, Verbs: numbered(26, "g")}),
		"with more characters than one may have": one(bot.CommandSpec{
			Name: "a", Groups: []bot.GroupSpec{{Name: "g"}, {Name: "h"}, {Name: "i"}, {Name: "j"}},
			Verbs: slices.Concat(numbered(25, "g"), numbered(25, "h"), numbered(25, "i"), numbered(25, "j")),
		}),
		"with a verb twice":      one(bot.CommandSpec{Name: "a", Verbs: []bot.VerbSpec{{Name: "b"}, {Name: "b"}}}),
		"with 26 choices":        one(bot.CommandSpec{Name: "a", Args: []bot.ArgSpec{{Name: "b", Kind: bot.ArgChoice, Choices: make([]bot.Option, 26)}}}),
		"with a long menu entry": {Language: "es", Specs: spoken.Specs, OpenName: map[string]string{"es": strings.Repeat("x", 33)}},
	} {
		if _, err := Manifest(c); err == nil {
			t.Errorf("a manifest %s is made", name)
		}
	}
}

// numbered are as many verbs of a group.
func numbered(n int, in string) (out []bot.VerbSpec) {
	for i := range n {
		out = append(out, bot.VerbSpec{Name: fmt.Sprint(in, i), Summary: strings.Repeat("x", 100), Group: in})
	}
	return out
}

func TestTheInvitationAsksForJustWhatIsNeeded(t *testing.T) {
	got := InviteURL("123", "456")
	for _, part := range []string{"client_id=123", "guild_id=456", "scope=bot+applications.commands", "permissions=309237894208"} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in %s", part, got)
		}
	}
	if permissionSum()&(1<<3) != 0 {
		t.Error("it asks to be an administrator")
	}
	w := newWorld(t)
	if url, err := w.a.InviteURL(t.Context()); err != nil || !strings.Contains(url, "client_id="+discordtest.App) {
		t.Errorf("%s, %v", url, err)
	}
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	for name, c := range map[string]Config{
		"no token":            {},
		"no address":          {Token: "x", APIURL: "discord.com"},
		"no gateway":          {Token: "x", GatewayURL: "https://gateway.discord.gg"},
		"a server by name":    {Token: "x", Guild: "Faro"},
		"a server that is no": {Token: "x", Guild: "-5"},
	} {
		if _, err := New(c, Options{}); err == nil || !strings.HasPrefix(err.Error(), "discord: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if a, err := New(Config{Token: "Bot x", APIURL: "https://discord.com/api/v10/"}, Options{}); err != nil || a.config.Token != "x" || a.config.APIURL != DefaultAPI {
		t.Errorf("%+v, %v", a, err)
	}
}
