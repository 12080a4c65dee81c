-- When an article is up for review, 0 for one that people put up for it; NULL where
-- it is not.
ALTER TABLE articles ADD COLUMN due BIGINT;
UPDATE articles SET due = {{review_by}} WHERE public > 0 AND {{review_by}} > 0;
UPDATE articles SET due = 0 WHERE {{asked}} IS NOT NULL;
-- Articles of DueBy.
CREATE INDEX articles_due ON articles (due, id) WHERE due IS NOT NULL;

-- Whether the version must be read. No text of an article looks so: its quotation
-- marks are escaped.
ALTER TABLE article_versions ADD COLUMN must_read INTEGER NOT NULL DEFAULT 0;
UPDATE article_versions SET must_read = 1 WHERE body LIKE '%"MustRead":true%';
-- Articles of UnreadBy.
CREATE INDEX article_versions_must_read ON article_versions (article, n) WHERE must_read = 1;
-- Who has read what is asked by the article, with its primary key.
DROP INDEX article_reads_person;
