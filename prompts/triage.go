package prompts

import (
	"context"
	"slices"

	"sereno/bot"
	"sereno/bot/company"
	"sereno/bot/sla"
	"sereno/prompts/redact"
)

const (
	maxTitle = 120
	maxWhy   = 300
)

// Triage implements bot.Assistant.
func (a *Assistant) Triage(ctx context.Context, r bot.TriageRequest) (*bot.TriageProposal, []bot.Call, error) {
	s := a.session()
	report := safe(s, r.Text)
	var got struct{ Title, Product, Severity, Why, Language string }
	q := question{
		use: company.UseTriage, subject: r.Subject,
		data: map[string]any{"report": report, "products": r.Products, "severities": sla.Severities, "present_severity": r.Severity},
		schema: object(map[string]schema{
			"title": words(), "product": oneOf(append([]string{""}, unique(r.Products)...)...), "severity": oneOf(sla.Severities...),
			"why": words(), "language": oneOf(company.Spanish, company.English),
		}),
	}
	q.accept = func(answer string) error {
		if err := q.schema.check(answer, &got); err != nil {
			return err
		}
		got.Title, got.Why = s.Veil(tidy(got.Title, true), ellipsis), tidy(got.Why, true)
		return first(
			sized(got.Title, maxTitle), linkless(got.Title), within(got.Title, report),
			sized(got.Why, maxWhy), linkless(got.Why), within(got.Why, report))
	}
	calls, err := a.ask(ctx, q)
	if err != nil {
		return nil, calls, err
	}
	return &bot.TriageProposal{
		Title: got.Title, Product: got.Product, Severity: sla.Severity(got.Severity),
		Why: s.Restore(got.Why), Language: company.Lang(got.Language),
	}, calls, nil
}

// ellipsis stands where a value is not put back.
func ellipsis(redact.Kind) string { return "…" }

// unique drops repetitions and "": a schema's values must differ.
func unique(in []string) []string {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(s string) bool { return s == "" })
}
