package cli

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"sereno/bot/company"
	"sereno/bot/kb"
	"sereno/bot/kb/bench"
	"sereno/bot/text"
)

func (p Process) kb() *cobra.Command {
	c := &cobra.Command{
		Use:   "kb",
		Short: "Measure how well the knowledge base answers",
		Long: `The knowledge base finds the article that answers a customer's question, and is
silent when it does not know.`,
		Example: `  sereno kb bench ./our-questions`,
		Args:    nothingElse,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.SuggestionsMinimumDistance = 2
	c.AddCommand(p.kbBench())
	return c
}

func (p Process) kbBench() *cobra.Command {
	var lang string
	var asJSON bool
	c := &cobra.Command{
		Use:   "bench DIR",
		Short: "Ask a set of questions whose answer is known, and print how many were answered right",
		Long: `Asks the questions of a folder as customers would ask them in chat, and prints how
often the right article came first, how well the bot knew when to be silent, and
how long it took. The folder holds two files with a JSON object on each line:

  articles.jsonl   {"id": "refund", "title": "Refunds", "text": "A refund takes five days."}
  queries.jsonl    {"id": "1", "query": "where is my money?", "relevant": ["refund"]}
                   {"id": "2", "query": "do you sell bicycles?", "relevant": []}

"relevant" names every article that answers the question, and none when there is no
such article.

  R@1, R@3         the share of questions with a right article first, or among the first three
  MRR@10           the mean of 1/place of the first right article
  nDCG@10          the gain of all right articles, less the later they come
  silence AUROC    how likely an answerable question gets more confidence than another:
                   1 always, 0.5 by chance
  precision at 80 % coverage
                   when 80 % of the answerable questions get a suggestion: the share of
                   right ones among all suggestions

The last two need questions without an answer. When every question has one, they are
asked again with every second article taken away (the second, the fourth, …).

The last table tells what “kb.precision” of the configuration does here: how many
of the answerable questions get a suggestion, and how many of those shown are right.`,
		Example: `  sereno kb bench ./our-questions
  sereno kb bench ./our-questions --lang es --json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("cli.kb.which")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			set, err := readSet(args[0], lang)
			if err != nil {
				return err
			}
			fmt.Fprintln(c.ErrOrStderr(), text.T(p.lang(), "cli.kb.set", "questions", len(set.Questions), "articles", len(set.Articles),
				"language", text.T(p.lang(), "language."+set.Language)))
			figures, err := bench.Measure(set, suggestions)
			if err != nil {
				return err
			}
			if asJSON {
				return figures.WriteJSON(c.OutOrStdout())
			}
			return figures.WriteTable(c.OutOrStdout(), p.lang(), kb.ThresholdFor)
		},
	}
	c.Flags().StringVar(&lang, "lang", "", "the language of the articles, es or en; told from their words when left out")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

// readSet reads a set; the language is that of its words unless it is given.
func readSet(folder, lang string) (bench.Set, error) {
	if lang != "" && lang != string(company.Spanish) && lang != string(company.English) {
		return bench.Set{}, usage("cli.kb.language", "lang", text.Literal(lang))
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return bench.Set{}, usage("cli.kb.no_folder", "path", folder)
	}
	set, err := bench.Read(folder, os.DirFS(folder))
	if err != nil {
		return bench.Set{}, usageError{err}
	}
	if lang != "" {
		set.Language = lang
	}
	return set, nil
}

// suggestions answers a set's questions as the bot does in chat, except that it
// is never silent and gives more.
func suggestions(s bench.Set) (bench.Finder, error) {
	lang := company.Lang(s.Language)
	articles := make([]*kb.Article, len(s.Articles))
	for i, a := range s.Articles {
		articles[i] = &kb.Article{ID: a.ID, Title: a.Title, Language: lang, Text: a.Text}
	}
	ix, err := kb.NewIndex(articles, kb.Options{Threshold: -1})
	if err != nil {
		return nil, err
	}
	return func(question string) bench.Answer {
		var a bench.Answer
		for i, s := range ix.Suggest(kb.Query{Text: question, Language: lang, Customer: "anybody", Max: bench.Depth}) {
			if i == 0 {
				a.Confidence = s.Confidence
			}
			a.IDs = append(a.IDs, s.Article.ID)
		}
		return a
	}, nil
}
