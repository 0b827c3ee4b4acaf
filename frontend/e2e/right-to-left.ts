/** Chats in languages that are written from right to left. */
export const RIGHT_TO_LEFT = {
  Arabic: {
    title: 'كيف أتعلم البرمجة؟',
    question: 'مرحبًا! كيف أبدأ تعلم البرمجة؟',
    answer: `## ابدأ بخطوات صغيرة!

تعلّم لغة واحدة أولًا، مثل Python، ثم اكتب \`print("hi")\` واقرأ https://docs.python.org/3/ كل يوم.

- اختر مشروعًا صغيرًا.
- اكتب الكود بنفسك!
- An English item.

> التكرار يعلّم.

| الأسبوع | الموضوع |
|---|---|
| الأول | المتغيرات |
| الثاني | الحلقات |

\`\`\`python
for day in range(7):
    print(day)
\`\`\``,
  },
  Hebrew: {
    title: 'איך ללמוד לתכנת?',
    question: 'שלום! איך מתחילים ללמוד תכנות?',
    answer: `## מתחילים בצעדים קטנים!

למדו שפה אחת, למשל Python, כתבו \`print("hi")\` וקראו את https://docs.python.org/3/ בכל יום.

- בחרו פרויקט קטן.
- כתבו את הקוד לבד!
- An English item.

> חזרה מלמדת.

| שבוע | נושא |
|---|---|
| ראשון | משתנים |
| שני | לולאות |

\`\`\`python
for day in range(7):
    print(day)
\`\`\``,
  },
} as const
