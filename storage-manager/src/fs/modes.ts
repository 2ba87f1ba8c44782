import { chmod, type FileHandle } from 'node:fs/promises';

/** What is made for others to read has these rights, whatever the umask; what is ours alone is made with 0600 and 0700. */
export const PUBLIC_FILE = 0o644;
export const PUBLIC_FOLDER = 0o755;

/** A file system without modes keeps its own. */
export async function setFileMode(file: FileHandle, mode: number): Promise<void> {
  await file.chmod(mode).catch(() => {});
}

/** As `setFileMode`. @param folder one that nobody else can have put there */
export async function setFolderMode(folder: string, mode: number): Promise<void> {
  await chmod(folder, mode).catch(() => {});
}
