package mattermost

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
)

func TestCommandsAreRegisteredOnlyWhenTheyDiffer(t *testing.T) {
	w := newWorld(t) // which registers them
	if changed, err := w.a.Apply(t.Context()); changed || err != nil {
		t.Errorf("it changed %v, %v", changed, err)
	}
	id := w.server.Commands()[0].Id
	for what, spoil := range map[string]func(*model.Command){
		"its address":     func(c *model.Command) { c.URL = strings.Replace(c.URL, "http://", "http://old.", 1) },
		"its hint":        func(c *model.Command) { c.AutoCompleteHint = "" },
		"its description": func(c *model.Command) { c.AutoCompleteDesc = "x" },
		"its method":      func(c *model.Command) { c.Method = model.CommandMethodGet },
	} {
		c := w.server.Commands()[0]
		spoil(&c)
		w.server.SetCommand(c)
		if changed, err := w.a.Apply(t.Context()); !changed || err != nil {
			t.Errorf("%s: it changed %v, %v", what, changed, err)
		}
		if all := w.server.Commands(); len(all) != 1 || all[0].Id != id || all[0].Token == "" {
			t.Errorf("%s: there are %+v", what, all)
		}
	}
	w.a.commands = []bot.CommandSpec{{Name: "oncall", Summary: "On call"}}
	if changed, err := w.a.Apply(t.Context()); !changed || err != nil {
		t.Errorf("it changed %v, %v", changed, err)
	}
	if all := w.server.Commands(); len(all) != 1 || all[0].Trigger != "oncall" {
		t.Errorf("there are %+v", all)
	}
}

func TestSomebodyElsesCommandStaysTheirs(t *testing.T) {
	w := newWorld(t)
	w.server.AddCommand(model.Command{Trigger: "oncall", URL: "https://other.example/hook", Method: "P"})
	w.a.commands = append(w.a.commands, bot.CommandSpec{Name: "oncall", Summary: "On call"})
	if _, err := w.a.Apply(t.Context()); err == nil || !strings.Contains(err.Error(), "/oncall") {
		t.Errorf("it ended with %v", err)
	}
	theirs := slices.DeleteFunc(w.server.Commands(), func(c model.Command) bool { return c.Trigger != "oncall" })
	if len(theirs) != 1 || theirs[0].URL != "https://other.example/hook" {
		t.Errorf("it is %+v", theirs)
	}
}

func TestACommandThatCannotBeRegisteredDoesNotKeepTheOthersFromIt(t *testing.T) {
	w := newWorld(t)
	w.a.commands = append([]bot.CommandSpec{{Name: "away", Summary: "One of the server's"}}, w.a.commands...)
	w.a.commands = append(w.a.commands, bot.CommandSpec{Name: "oncall", Summary: "On call"})
	if changed, err := w.a.Apply(t.Context()); !changed || err == nil || !strings.Contains(err.Error(), "/away") {
		t.Errorf("it changed %v, %v", changed, err)
	}
	if all := w.server.Commands(); !slices.ContainsFunc(all, func(c model.Command) bool { return c.Trigger == "oncall" }) {
		t.Errorf("there are %+v", all)
	}
}

func TestWhoMayNotManageCommandsIsToldSo(t *testing.T) {
	w := newWorld(t)
	w.server.Forbid()
	if changed, err := w.a.Apply(t.Context()); changed || err != nil {
		t.Errorf("with the commands in place it changed %v, %v", changed, err)
	}
	registered := w.a.commands
	w.a.commands = append(slices.Clone(registered), bot.CommandSpec{Name: "oncall", Summary: "On call"})
	if _, err := w.a.Apply(t.Context()); err == nil || !strings.Contains(err.Error(), "manage_slash_commands") {
		t.Errorf("it ended with %v", err)
	}
	w.run() // the signed address of a command stands alone then
	w.Wire.Type(w.Ana, w.Team, "/incident take INC-7")
}

func TestTheManifestIsWhatApplyRegisters(t *testing.T) {
	c := Config{URL: "https://chat.example.com", Token: "t", CallbackURL: "https://sereno.example.com"}
	specs := []bot.CommandSpec{
		{Name: "incident", Summary: "Incidentes", Usage: "[take|severity]", Verbs: []bot.VerbSpec{
			{Name: "severity", Summary: "Cambia la severidad", Args: []bot.ArgSpec{
				{Name: "incident", Summary: "Cuál", Kind: bot.ArgIncident}, {Name: "level", Summary: "A cuál", Kind: bot.ArgChoice, Choices: []bot.Option{{Value: "high", Label: "Alta"}}},
			}},
			{Name: "list", Summary: "Lista", Args: []bot.ArgSpec{{Name: "words", Summary: "Qué", Kind: bot.ArgWords, Optional: true}}},
		}},
	}
	out, err := Manifest(specs, c)
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Commands []struct {
			model.Command
			Data *model.AutocompleteData `json:"autocomplete_data"`
		} `json:"commands"`
	}
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	cmd := m.Commands[0]
	if cmd.Trigger != "incident" || cmd.Method != "P" || !cmd.AutoComplete || cmd.AutoCompleteHint != "[take|severity]" ||
		!strings.HasPrefix(cmd.URL, "https://sereno.example.com/mattermost/commands/incident?proof=") {
		t.Errorf("it is %+v", cmd)
	}
	if err := cmd.Data.IsValid(); err != nil || len(cmd.Data.SubCommands) != 2 || cmd.Data.SubCommands[0].Arguments[1].Type != model.AutocompleteArgTypeStaticList {
		t.Errorf("the completion is %+v: %v", cmd.Data, err)
	}
	for what, bad := range map[string][]bot.CommandSpec{"a name in capitals": {{Name: "Incident"}}, "a name twice": {{Name: "a"}, {Name: "a"}}, "no name": {{}}} {
		if _, err := Manifest(bad, c); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
}

func TestCheckSaysWhatKeepsTheBotFromWorking(t *testing.T) {
	w := newWorld(t)
	if got := w.a.Check(t.Context(), []string{w.Support}, []string{w.Ana}); len(got) > 0 {
		t.Errorf("all is well, and it says %v", got)
	}
	gone := w.server.AddUser(&model.User{Username: "gone", DeleteAt: 1})
	robot := w.server.AddUser(&model.User{Username: "robot", IsBot: true})
	w.server.Leave(w.Team)
	w.server.Forbid()
	w.a.commands = []bot.CommandSpec{{Name: "oncall", Summary: "On call"}}
	w.server.Admin(&model.Config{ServiceSettings: model.ServiceSettings{AllowedUntrustedInternalConnections: model.NewPointer("192.0.2.1")}})
	var got []string
	for _, p := range w.a.Check(t.Context(), []string{w.Team, model.NewId()}, []string{gone.Id, robot.Id, model.NewId()}) {
		got = append(got, p.Code)
		if p.String() == "" || strings.Contains(p.Cause, "bot-token-test") {
			t.Errorf("it says %+v", p)
		}
	}
	if want := []string{"permission", "member", "channel", "person", "person", "person", "callback"}; !slices.Equal(got, want) {
		t.Errorf("it finds %v", got)
	}
	w.Wire.Revoke()
	if got := w.a.Check(t.Context(), []string{w.Support}, nil); len(got) != 1 || got[0].Code != "token" {
		t.Errorf("of a revoked token it says %v", got)
	}
	w.Wire.Away(true)
	if got := w.a.Check(t.Context(), nil, nil); len(got) != 2 || got[0].Code != "unreachable" {
		t.Errorf("of a server that is away it says %v", got)
	}
}

func TestClocksAndVersionsAreCompared(t *testing.T) {
	w := newWorld(t)
	w.a.clock = ahead{}
	if got := w.a.Check(t.Context(), nil, nil); len(got) != 1 || got[0].Code != "clock" {
		t.Errorf("it says %v", got)
	}
	for version, old := range map[string]bool{"5.36.1": true, "5.37.0": false, "5.100.0": false, "10.4.0": false, "4.10.0": true, "": false, "x": false} {
		if got := len(checkVersion(version)) > 0; got != old {
			t.Errorf("%s is old: %v", version, got)
		}
	}
}

// ahead is a clock that is five minutes fast.
type ahead struct{ bot.SystemClock }

func (ahead) Now() time.Time { return time.Now().Add(5 * time.Minute) }

func TestACallbackThatIsSomebodyElsesIsFound(t *testing.T) {
	w := newWorld(t)
	w.a.config.CallbackURL = w.server.URL()
	if got := w.a.Check(t.Context(), nil, nil); len(got) != 1 || got[0].Code != "callback" {
		t.Errorf("it says %v", got)
	}
	for _, c := range []struct {
		host, allowed string
		want          bool
	}{
		{"127.0.0.1", "", false},
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "10.0.0.0/8 127.0.0.0/8", true},
		{"10.1.2.3", "10.0.0.0/8,x", true},
		{"10.1.2.3", "192.168.0.0/16", false},
		{"203.0.113.9", "", true},
	} {
		if got := mayCall(c.host, c.allowed); got != c.want {
			t.Errorf("%s with %q: %v", c.host, c.allowed, got)
		}
	}
}
