package commands

import "sereno/bot"

// article is an article's id.
var article = Arg{Name: "article", Completes: bot.ArgArticleID}

func kbVerbs() []*Verb {
	version := Arg{Name: "version"}
	why := optionalWords("why")
	return []*Verb{
		{
			Name: "search", Args: []Arg{{Name: "question", Kind: bot.ArgWords, Completes: bot.ArgArticle}}, Example: "search error 500", Customers: true,
			run: func(d *bot.Desk, a args) error { return d.Search(a["question"]) },
		},
		{
			Name: "new", Args: []Arg{optionalWords("title")},
			run: func(d *bot.Desk, a args) error { return d.NewArticle(a["title"]) },
		},
		{
			Name: "from", Args: []Arg{id}, Example: "from INC-7",
			run: func(d *bot.Desk, a args) error { return d.ArticleFrom(a["incident"]) },
		},
		{
			Name: "edit", Args: []Arg{article}, Example: "edit api-error-500",
			run: func(d *bot.Desk, a args) error { return d.EditArticle(a["article"]) },
		},
		{
			Name: "show", Args: []Arg{article, optionally(version)}, Example: "show api-error-500",
			run: func(d *bot.Desk, a args) error { return d.ShowArticle(a["article"], a["version"]) },
		},
		{
			Name: "list", Args: []Arg{{Name: "which", Optional: true}}, Example: "list mine",
			run: func(d *bot.Desk, a args) error { return d.ListArticles(a["which"]) },
		},
		{
			Name: "review", Args: []Arg{article, why}, Example: "review api-error-500",
			run: func(d *bot.Desk, a args) error { return d.ReviewArticle(a["article"], a["why"]) },
		},
		{
			Name: "publish", Args: []Arg{article, why}, Example: "publish api-error-500",
			run: func(d *bot.Desk, a args) error { return d.PublishArticle(a["article"], a["why"]) },
		},
		{
			Name: "archive", Args: []Arg{article, why}, Example: "archive api-error-500",
			run: func(d *bot.Desk, a args) error { return d.ArchiveArticle(a["article"], a["why"]) },
		},
		{
			Name: "history", Args: []Arg{article, optionally(version)}, Example: "history api-error-500 2",
			run: func(d *bot.Desk, a args) error { return d.ArticleHistory(a["article"], a["version"]) },
		},
		{
			Name: "restore", Args: []Arg{article, version}, Example: "restore api-error-500 1",
			run: func(d *bot.Desk, a args) error { return d.RestoreArticle(a["article"], a["version"]) },
		},
		{
			Name: "undo", Args: []Arg{article}, Example: "undo api-error-500",
			run: func(d *bot.Desk, a args) error { return d.UndoArticle(a["article"]) },
		},
		{
			Name: "confirm", Args: []Arg{article, optionally(Arg{Name: "day"})}, Example: "confirm api-error-500 2027-06-30",
			run: func(d *bot.Desk, a args) error { return d.ConfirmArticle(a["article"], a["day"]) },
		},
		{
			Name: "read", Args: []Arg{article}, Example: "read api-error-500",
			run: func(d *bot.Desk, a args) error { return d.MarkRead(a["article"]) },
		},
		{
			Name: "reads", Args: []Arg{article}, Example: "reads api-error-500",
			run: func(d *bot.Desk, a args) error { return d.ArticleReaders(a["article"]) },
		},
		{
			Name: "gaps", Args: []Arg{optionalWords("scope")}, Example: "gaps 2026-11",
			run: func(d *bot.Desk, a args) error { return d.ArticleGaps(a["scope"]) },
		},
		{
			Name: "feedback", Args: []Arg{optionally(article)}, Example: "feedback api-error-500",
			run: func(d *bot.Desk, a args) error { return d.Feedback(a["article"]) },
		},
		{
			Name: "disregard", Args: []Arg{article, optionalWords("product")}, Example: "disregard api-error-500",
			run: func(d *bot.Desk, a args) error { return d.Disregard(a["article"], a["product"]) },
		},
	}
}
