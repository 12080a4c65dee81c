package mattermost

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/mattermost/mattermost/server/public/model"

	"sereno/bot"
)

// proofParam of a command's address says that we gave it out.
const proofParam = "proof"

// What the server takes (model.Command.IsValid).
const (
	maxDisplayName = 64  // bytes
	maxDescription = 128 // bytes
	maxHint        = 1024
)

// commandName is a trigger in lower case that can stand in a path.
var commandName = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)

// Manifest is what the server must be told about the commands, as JSON in the
// form in which POST /api/v4/commands takes each, without the team. Somebody who
// may manage commands can enter it by hand in a team's integrations. The
// addresses in it are secret: who knows one can type commands as anybody.
func Manifest(commands []bot.CommandSpec, c Config) ([]byte, error) {
	c, err := c.checked()
	if err != nil {
		return nil, err
	}
	wanted, err := wantedCommands(commands, c)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(manifest{wanted}); err != nil {
		return nil, fmt.Errorf("mattermost manifest: %w", err)
	}
	return b.Bytes(), nil
}

type manifest struct {
	Commands []wantedCommand `json:"commands"`
}

// wantedCommand is a command as we want it: the fields of model.Command that we set.
type wantedCommand struct {
	Trigger     string                  `json:"trigger"`
	Method      string                  `json:"method"`
	URL         string                  `json:"url"`
	DisplayName string                  `json:"display_name"`
	Description string                  `json:"description"`
	Complete    bool                    `json:"auto_complete"`
	Summary     string                  `json:"auto_complete_desc"`
	Hint        string                  `json:"auto_complete_hint"`
	Data        *model.AutocompleteData `json:"autocomplete_data,omitempty"`
}

// wantedCommands are in the order of their triggers. All that the server would
// refuse in them is reported at once.
func wantedCommands(commands []bot.CommandSpec, c Config) ([]wantedCommand, error) {
	var wrong []error
	var out []wantedCommand
	seen := map[string]bool{}
	signer := newSigner(c)
	for _, spec := range commands {
		if !commandName.MatchString(spec.Name) {
			wrong = append(wrong, fmt.Errorf("command %q: a name has 1 to 64 lower-case letters, digits, - and _", spec.Name))
		}
		if seen[spec.Name] {
			wrong = append(wrong, fmt.Errorf("command %q is there twice", spec.Name))
		}
		seen[spec.Name] = true
		w := wantedCommand{
			Trigger: spec.Name, Method: model.CommandMethodPost,
			URL:         c.CallbackURL + CommandsPath + spec.Name + "?" + proofParam + "=" + signer.commandProof(spec.Name),
			DisplayName: cutBytes("/"+spec.Name, maxDisplayName), Description: cutBytes(spec.Summary, maxDescription),
			Complete: true, Summary: spec.Summary, Hint: cutBytes(spec.Usage, maxHint), Data: completion(spec),
		}
		if err := w.Data.IsValid(); err != nil {
			wrong = append(wrong, fmt.Errorf("command %q: %w", spec.Name, err))
		}
		out = append(out, w)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, fmt.Errorf("mattermost manifest: %w", err)
	}
	slices.SortFunc(out, func(x, y wantedCommand) int { return cmp.Compare(x.Trigger, y.Trigger) })
	return out, nil
}

// model fills in what the server calls a command.
func (w *wantedCommand) model(team string) *model.Command {
	return &model.Command{
		TeamId: team, Trigger: w.Trigger, Method: w.Method, URL: w.URL, DisplayName: w.DisplayName, Description: w.Description,
		AutoComplete: w.Complete, AutoCompleteDesc: w.Summary, AutoCompleteHint: w.Hint, AutocompleteData: w.Data,
	}
}

// is reports whether the server has it so. It keeps no autocomplete data of
// integrations' commands, so that those cannot be compared.
func (w *wantedCommand) is(c *model.Command) bool {
	return c.Trigger == w.Trigger && c.Method == w.Method && c.URL == w.URL && c.DisplayName == w.DisplayName &&
		c.Description == w.Description && c.AutoComplete == w.Complete && c.AutoCompleteDesc == w.Summary && c.AutoCompleteHint == w.Hint
}

// completion is what the server may show while somebody types: the verbs, what
// each takes, and the choices that never change. It has no dynamic lists: the
// server asks nobody but plugins for those, and would not prove who types.
func completion(spec bot.CommandSpec) *model.AutocompleteData {
	out := model.NewAutocompleteData(spec.Name, spec.Usage, spec.Summary)
	if len(spec.Verbs) == 0 {
		addArgs(out, spec.Args)
		return out
	}
	for _, v := range spec.Verbs {
		sub := model.NewAutocompleteData(strings.ToLower(v.Name), usage(v.Args), v.Summary)
		addArgs(sub, v.Args)
		out.AddCommand(sub)
	}
	return out
}

func addArgs(to *model.AutocompleteData, args []bot.ArgSpec) {
	for _, arg := range args {
		if len(arg.Choices) == 0 {
			if arg.Optional { // the server knows no optional text; what follows it cannot be said either
				return
			}
			to.AddTextArgument(arg.Summary, "["+arg.Name+"]", "")
			continue
		}
		var items []model.AutocompleteListItem
		for _, o := range arg.Choices {
			items = append(items, model.AutocompleteListItem{Item: o.Value, HelpText: o.Label})
		}
		to.AddStaticListArgument(arg.Summary, !arg.Optional, items)
	}
}

// usage shows arguments as people write them.
func usage(args []bot.ArgSpec) string {
	var words []string
	for _, arg := range args {
		if arg.Optional {
			words = append(words, "["+arg.Name+"]")
			continue
		}
		words = append(words, "<"+arg.Name+">")
	}
	return strings.Join(words, " ")
}
