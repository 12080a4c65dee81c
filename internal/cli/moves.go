package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/incident"
	"sereno/bot/text"
	"sereno/store"
)

func (p Process) slaMoves() *cobra.Command {
	var next, running string
	var asJSON bool
	c := &cobra.Command{
		Use:   "moves",
		Short: "List the promises that a new configuration would move, before it goes live",
		Long: `Reads the open incidents from the store of the configuration that is running, and
prints each promise that would fall due at another instant under the new one: the
incident, the clock, the old and the new instant, and by how much. Those that would
be in the past at once are marked. The store is read only, also while a bot serves
it; nothing is changed. Of the variables that the documents name, only those of the
running one's store must be set.

Exit status 0, whether promises move or not.`,
		Example: `  sereno sla moves --config new.yaml
  sereno sla moves --config new.yaml --against /etc/sereno/sereno.yaml --json`,
		Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error {
			if next == "" {
				return usage("cli.moves.no_config")
			}
			was, err := config.Load(running, p.Env, config.StoreAlone())
			if err != nil {
				return err
			}
			is, err := config.Load(next, p.Env, config.KeepReferences())
			if err != nil {
				return err
			}
			s, err := store.OpenSnapshot(c.Context(), was.Store)
			if err != nil {
				return err
			}
			now := time.Now().UTC()
			moves, err := movesIn(c.Context(), s, was, is, now)
			if err := errors.Join(err, s.Close()); err != nil {
				return err
			}
			if asJSON {
				return printMovesJSON(c.OutOrStdout(), moves, now)
			}
			return printMoves(c.OutOrStdout(), p.lang(), moves, is.Company.Zone, now)
		},
	}
	c.Flags().StringVar(&next, "config", "", "the new configuration")
	c.Flags().StringVar(&running, "against", defaultConfig, "the configuration that is running, whose store is read")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a line")
	return c
}

// movesBatch is how many incidents are read at once.
const movesBatch = 500

func movesIn(ctx context.Context, s *store.Snapshot, was, is *config.Config, now time.Time) ([]bot.Move, error) {
	var out []bot.Move
	err := s.View(ctx, func(tx bot.Tx) error {
		q := bot.IncidentQuery{OpenOnly: true, Limit: movesBatch}
		for {
			open, err := tx.Incidents(ctx, q)
			if err != nil || len(open) == 0 {
				return err
			}
			histories, err := tx.Histories(ctx, q)
			if err != nil {
				return err
			}
			for _, inc := range open {
				out = append(out, bot.Moves(was.Company, is.Company, inc, histories[inc.Number], now)...)
			}
			q.After = open[len(open)-1].Number
		}
	})
	return out, err
}

func printMoves(out io.Writer, lang company.Lang, moves []bot.Move, zone *time.Location, now time.Time) error {
	if len(moves) == 0 {
		_, err := fmt.Fprintln(out, text.T(lang, "cli.moves.none"))
		return err
	}
	when := func(t time.Time) string {
		if t.IsZero() {
			return text.T(lang, "cli.moves.undated")
		}
		return t.In(zone).Format("2006-01-02 15:04:05 -07:00")
	}
	for _, m := range moves {
		line := fmt.Sprintf("%s %s %s: %s → %s", m.Incident.ID(), m.Incident.Customer, clockNamed(lang, m.Of), when(m.Old), when(m.New))
		if by := m.By(); by != 0 {
			line += " (" + signed(by) + ")"
		}
		if m.Past(now) {
			line += "  " + text.T(lang, "cli.moves.past")
		}
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}

// signed is by how much a promise moves: "+10 h 51 min 55 s".
func signed(by time.Duration) string {
	if by < 0 {
		return "-" + text.Exact(-by)
	}
	return "+" + text.Exact(by)
}

// clockNamed is a clock as the list names it: "resolution/2 (team payments)". Its
// name is that of the configuration.
func clockNamed(lang company.Lang, of incident.Of) string {
	name := string(of.Clock)
	if of.Cycle > 1 {
		name += fmt.Sprintf("/%d", of.Cycle)
	}
	if of.Team != "" {
		name += " (" + text.T(lang, "cli.moves.team", "team", of.Team) + ")"
	}
	return name
}

// moveLine is a promise that moves, as JSON.
type moveLine struct {
	Incident string `json:"incident"`
	Customer string `json:"customer"`
	Clock    string `json:"clock"`
	Cycle    int    `json:"cycle"`
	// Team is set for a team's own target.
	Team string    `json:"team,omitempty"`
	Old  time.Time `json:"old,omitzero"`
	New  time.Time `json:"new,omitzero"`
	ByS  int64     `json:"by_s,omitempty"`
	Past bool      `json:"past,omitempty"`
}

func printMovesJSON(out io.Writer, moves []bot.Move, now time.Time) error {
	enc := json.NewEncoder(out)
	for _, m := range moves {
		err := enc.Encode(moveLine{
			Incident: m.Incident.ID(), Customer: m.Incident.Customer, Clock: string(m.Of.Clock), Cycle: m.Of.Cycle, Team: m.Of.Team,
			Old: m.Old, New: m.New, ByS: int64(m.By() / time.Second), Past: m.Past(now),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
