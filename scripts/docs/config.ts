import { VARIABLES } from '../../storage-manager/src/config/environment.ts';
import { FIELD_NOTES } from '../../storage-manager/src/config/schema.ts';

const TABLE = /(?<=<!-- fields: made by scripts\/docs\.ts -->\n\n)[\s\S]*?(?=\n<!-- end of fields -->)/;

/** `docs/config.md` with the table of fields that the schema makes. @param page as it is */
export function configPage(page: string): string {
  if (!TABLE.test(page))
    throw new Error('docs/config.md must hold the two comments around its table of fields');
  const rows = [...FIELD_NOTES].map(([field, { meaning, absent }]) => {
    const variables = (VARIABLES[field] ?? []).map((name) => `\`${name}\``).join(', ');
    return `| \`${field}\` | ${variables} | ${absent} | ${meaning} |`.replaceAll('|  |', '| |');
  });
  const head = '| field | variables | default | meaning |\n| --- | --- | --- | --- |';
  return page.replace(TABLE, () => `${head}\n${rows.join('\n')}\n`);
}
