package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/text"
	"sereno/prompts"
	"sereno/prompts/eval"
)

func (p Process) prompts() *cobra.Command {
	c := &cobra.Command{
		Use:   "prompts",
		Short: "See what the assistant is told to do, and try it on your endpoint",
		Long: `The assistant is a language model that proposes words; see docs/assistant.md. What it
is told to do is part of this program, in Spanish and English, each with a version.`,
		Example: `  sereno prompts list
  sereno prompts show triage --lang es
  sereno prompts eval --config sereno.yaml`,
		Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.SuggestionsMinimumDistance = 2
	c.AddCommand(p.promptsList(), p.promptsShow(), p.promptsEval())
	return c
}

func (p Process) promptsList() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Short:   "List the prompts with their versions",
		Example: "  sereno prompts list",
		Args:    nothingElse,
		RunE: func(c *cobra.Command, _ []string) error {
			w := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, text.T(p.lang(), "cli.prompts.list"))
			for _, t := range prompts.Templates() {
				fmt.Fprintf(w, "%s\t%s\t%d\n", t.Name, t.Language, t.Version)
			}
			return w.Flush()
		},
	}
}

func (p Process) promptsShow() *cobra.Command {
	var lang string
	c := &cobra.Command{
		Use:   "show PROMPT",
		Short: "Print what the model is told to do",
		Long: `Prints a prompt as the model reads it. What it is to do it with (the report, the
passages, the messages) follows as one JSON document, redacted.`,
		Example: "  sereno prompts show answer --lang en",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("cli.prompts.which", "names", strings.Join(uses(), ", "))
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if err := knownPrompt(args[0]); err != nil {
				return err
			}
			for _, t := range prompts.Templates() {
				if t.Name == args[0] && string(t.Language) == lang {
					_, err := fmt.Fprintln(c.OutOrStdout(), t.Text)
					return err
				}
			}
			return usage("cli.no_language", "lang", text.Literal(lang))
		},
	}
	c.Flags().StringVar(&lang, "lang", string(p.lang()), "the language: es or en")
	return c
}

// evaluation is what “prompts eval” was asked for.
type evaluation struct {
	config, prompt, lang string
	json                 bool
}

func (p Process) promptsEval() *cobra.Command {
	var e evaluation
	c := &cobra.Command{
		Use:   "eval",
		Short: "Ask your endpoint questions whose right answers are known, and print how it went",
		Long: `Asks the endpoint of the configuration (“assistant:”) a set of questions, and judges
each answer by what a right one must hold and what none may: a severity, a source, a
word, nothing that was redacted, nothing that a customer's orders asked for. Each
question is one call, or two where the first answer was none, and costs what the
endpoint takes for it; the budget of the configuration is not touched. Of the secrets
that the configuration refers to, only the assistant's are needed.

Use it to choose a model, and again when the model or a prompt changes.

Exit status 0: every case passed; 1: some did not; 2: it was called wrongly, or the
configuration has mistakes or no assistant.`,
		Example: `  sereno prompts eval
  sereno prompts eval --config sereno.yaml --prompt answer --lang es
  sereno prompts eval --json | jq 'select(.pass | not)'`,
		Args: nothingElse,
		RunE: func(c *cobra.Command, _ []string) error { return p.evaluate(c.Context(), c.OutOrStdout(), e) },
	}
	c.Flags().StringVar(&e.config, "config", defaultConfig, "the configuration of the service")
	c.Flags().StringVar(&e.prompt, "prompt", "", "only the cases of this prompt")
	c.Flags().StringVar(&e.lang, "lang", "", "only the cases in this language: es or en")
	c.Flags().BoolVar(&e.json, "json", false, "one JSON object for each case, one a line")
	return c
}

func (p Process) evaluate(ctx context.Context, out io.Writer, e evaluation) error {
	if e.prompt != "" {
		if err := knownPrompt(e.prompt); err != nil {
			return err
		}
	}
	if e.lang != "" && e.lang != string(company.Spanish) && e.lang != string(company.English) {
		return usage("cli.no_language", "lang", text.Literal(e.lang))
	}
	conf, err := config.Load(e.config, p.Env, config.AssistantsAlone())
	if err != nil {
		return err
	}
	if conf.Assistant == nil {
		return usage("cli.prompts.no_assistant", "path", e.config, "example", "assistant: {model: …, key: ${ASSISTANT_KEY}}")
	}
	cases, err := eval.Cases()
	if err != nil {
		return err
	}
	cases = slices.DeleteFunc(cases, func(c eval.Case) bool {
		return e.prompt != "" && string(c.Prompt) != e.prompt || e.lang != "" && string(c.Language) != e.lang
	})
	wire := &eval.Wire{}
	a := prompts.New(*conf.Assistant, prompts.Options{Transport: wire})
	var results []eval.Result
	for _, c := range cases {
		r := eval.Run(ctx, a, wire, c)
		results = append(results, r)
		if e.json {
			if err := json.NewEncoder(out).Encode(r); err != nil {
				return err
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if !e.json {
		if err := showResults(out, p.lang(), conf.Assistant.Model, results); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(results, func(r eval.Result) bool { return !r.Pass }) {
		return saidError{errors.New("some cases failed")}
	}
	return nil
}

func showResults(out io.Writer, lang company.Lang, model string, results []eval.Result) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\t"+text.T(lang, "cli.prompts.results"))
	passed, in, answered, cost, took := 0, 0, 0, 0.0, time.Duration(0)
	for _, r := range results {
		mark := text.T(lang, "cli.prompts.fail")
		if r.Pass {
			mark, passed = text.T(lang, "cli.prompts.pass"), passed+1
		}
		in, answered, cost, took = in+r.In, answered+r.Out, cost+r.Cost, took+r.Latency
		fmt.Fprintf(w, "%s\t%s\t%s\t%d+%d\t%.5f\t%s\t%s\n", mark, r.Prompt, r.Version, r.In, r.Out, r.Cost, r.Latency.Round(time.Millisecond), r.Name)
		for _, problem := range r.Problems {
			fmt.Fprintf(w, "\t\t\t\t\t\t  %s\n", problem)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "\n"+text.T(lang, "cli.prompts.sum", "passed", passed, "all", len(results), "model", model,
		"in", in, "out", answered, "cost", fmt.Sprintf("%.5f", cost), "took", took.Round(time.Millisecond)))
	return err
}

func uses() []string {
	var out []string
	for _, u := range company.Uses {
		out = append(out, string(u))
	}
	return out
}

func knownPrompt(name string) error {
	if slices.Contains(uses(), name) {
		return nil
	}
	return usage("cli.prompts.unknown", "name", text.Literal(name), "names", strings.Join(uses(), ", "))
}
