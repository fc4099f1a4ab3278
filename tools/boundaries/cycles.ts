/**
 * The cycles of a directed graph, one for each strongly connected component (Tarjan 1972), as a path that
 * ends where it began.
 */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];

  const connect = (node: string): void => {
    const index = order.size;
    order.set(node, index);
    low.set(node, index);
    stack.push(node);
    onStack.add(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) connect(next);
      if (onStack.has(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== index) return;
    const component = new Set(stack.splice(stack.indexOf(node)));
    for (const member of component) onStack.delete(member);
    if (component.size > 1 || graph.get(node)?.includes(node)) cycles.push(walkAround(graph, component));
  };

  for (const node of [...graph.keys()].sort()) if (!order.has(node)) connect(node);
  return cycles;
}

/** The shortest way from the component's first member back to itself. */
function walkAround(graph: ReadonlyMap<string, readonly string[]>, component: ReadonlySet<string>): string[] {
  const [start = ''] = [...component].sort();
  const queue: string[][] = [[start]];
  const seen = new Set<string>();
  for (const path of queue) {
    for (const next of graph.get(path.at(-1) ?? '') ?? []) {
      if (next === start) return [...path, start];
      if (!component.has(next) || seen.has(next)) continue;
      seen.add(next);
      queue.push([...path, next]);
    }
  }
  return [start];
}
