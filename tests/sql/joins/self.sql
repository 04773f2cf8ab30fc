SELECT p.name, boss.name AS boss FROM {people} AS p JOIN {people} AS boss ON p.boss_id = boss.id
